import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { pause, readPreferences, requestDataLink } from '../../../../src/audience/leave/preferences.ts';
import { sayGoodbye, unsubscribe } from '../../../../src/audience/leave/unsubscribe.ts';
import type { Preferences } from '../../../../src/db/queries/audience/subscriptions.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { readerMails, runReaderJobs } from '../../../support/pipeline/reader-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, type TestPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const later = new Date(tuesday.getTime() + 60_000);
let pipeline: TestPipeline;
let tokens: string[];

beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 2);
  const { rows } = await pipeline.db.execute<{ token: string }>(
    sql`select reader_token as token from subscribers order by id`,
  );
  tokens = rows.map(({ token }) => token);
});

async function reader(no: number): Promise<Preferences> {
  const found = await readPreferences(pipeline, tokens[no - 1] ?? '');
  if (found === null) throw new Error(`no reader ${no}`);
  return found;
}

describe('links to a reader’s data', () => {
  it('are three an hour for each reader, whatever others ask for', async () => {
    const [first, second] = [await reader(1), await reader(2)];
    const asked: string[] = [];
    for (let time = 0; time < 4; time += 1) asked.push(await requestDataLink(pipeline, first));
    expect(asked).toEqual(['mailed', 'mailed', 'mailed', 'too many']);
    expect(await requestDataLink(pipeline, second)).toBe('mailed');
  });
});

describe('leaving', () => {
  it('twice leaves the time of the first, and sends one goodbye', async () => {
    await unsubscribe(pipeline, tokens);
    await sayGoodbye(pipeline);
    await unsubscribe(at(pipeline, later), tokens);
    await sayGoodbye(pipeline);
    const { rows } = await pipeline.db.execute<{ at: string }>(
      sql`select distinct unsubscribed_at as at from subscribers`,
    );
    expect(rows.map((row) => new Date(row.at))).toEqual([tuesday]);
    await runReaderJobs(pipeline);
    expect(await readerMails(pipeline)).toHaveLength(2);
  });

  it('ends a pause, and a pause asked for afterwards does not begin', async () => {
    const before = await reader(1);
    await pause(pipeline, before);
    expect((await reader(1)).pausedUntil).toEqual(new Date('2026-12-22T09:00:00Z'));
    await unsubscribe(pipeline, tokens);
    expect((await reader(1)).pausedUntil).toBeNull();
    await pause(pipeline, before);
    expect(await reader(1)).toMatchObject({ status: 'unsubscribed', pausedUntil: null });
  });
});
