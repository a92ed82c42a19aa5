import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { exportData, readDataLink, requestErasureByLink } from '../../../../src/audience/data/data-link.ts';
import { readPreferences, requestDataLink } from '../../../../src/audience/leave/preferences.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { mailTo, pathIn, runReaderJobs } from '../../../support/pipeline/reader-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, type TestPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const address = 'reader-1@readers.example';

/** A pipeline with one reader, and the token of a link to their data that was mailed to them. */
async function mailedLink(): Promise<{ pipeline: TestPipeline; token: string }> {
  const pipeline = shared.empty();
  await addReaders(pipeline.db, 1);
  const { rows } = await pipeline.db.execute<{ token: string }>(
    sql`select reader_token as token from subscribers`,
  );
  const reader = await readPreferences(pipeline, rows[0]?.token ?? '');
  if (reader === null) throw new Error('no such reader');
  await requestDataLink(pipeline, reader);
  await runReaderJobs(pipeline);
  const token = pathIn(await mailTo(pipeline, address, 'data-link'), '/data/').slice('/data/'.length);
  return { pipeline, token };
}

describe('a link to a reader’s data', () => {
  it('shows when it was used to ask for erasure, for as long as that waits', async () => {
    const { pipeline, token } = await mailedLink();
    expect(await exportData(pipeline, token)).toMatchObject({ links: [{ purpose: 'data', usedAt: null }] });
    expect(await requestErasureByLink(pipeline, token)).toBe(true);
    const used = { status: 'unsubscribed', links: [{ purpose: 'data', usedAt: tuesday.toISOString() }] };
    expect(await exportData(pipeline, token)).toMatchObject(used);

    const later = at(pipeline, new Date(tuesday.getTime() + 3_600_000));
    expect(await requestErasureByLink(later, token)).toBe(true);
    expect(await exportData(pipeline, token)).toMatchObject({
      ...used,
      eraseRequestedAt: tuesday.toISOString(),
      unsubscribedAt: tuesday.toISOString(),
    });
  });

  it('opens nothing once the reader is erased', async () => {
    const { pipeline, token } = await mailedLink();
    await requestErasureByLink(pipeline, token);
    await runReaderJobs(pipeline);
    expect(await readDataLink(pipeline, token)).toBe('unknown');
    expect(await exportData(pipeline, token)).toBeNull();
    expect(await requestErasureByLink(pipeline, token)).toBe(false);
  });

  it('does not open with the token of another kind of link', async () => {
    const { pipeline, token } = await mailedLink();
    await pipeline.db.execute(sql`update mailed_links set purpose = 'confirm'`);
    expect(await readDataLink(pipeline, token)).toBe('unknown');
    expect(await requestErasureByLink(pipeline, token)).toBe(false);
  });
});
