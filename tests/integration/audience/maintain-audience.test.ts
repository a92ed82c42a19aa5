import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { maintainAudience } from '../../../src/audience/maintain-audience.ts';
import { takeMailAllowance } from '../../../src/audience/sign-up/mail-allowance.ts';
import { requestLimits } from '../../../src/db/request-limits.ts';
import { tick } from '../../../src/pipeline/schedule/tick.ts';
import { addReaders } from '../../support/database/subscribers.ts';
import { readerMails, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';
import { sharedPipeline } from '../../support/pipeline/shared-pipeline.ts';
import { at, type TestPipeline, tuesday } from '../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const hourMs = 3_600_000;

it('for 24 hours after the clock jumped by more than an hour, nobody is deleted for not having confirmed', async () => {
  const pipeline = shared.empty();
  await addReaders(pipeline.db, 1, 'pending');
  const pending = async () => (await pipeline.db.execute(sql`select from subscribers`)).rows.length;
  const start = Date.now();
  const after = (hours: number) => at(pipeline, new Date(start + hours * hourMs));
  await pipeline.db.execute(sql`update subscribers set consented_at = ${new Date(start)}`);
  await tick(after(0));
  await tick(after(60 * 24));
  await maintainAudience(after(60 * 24 + 1));
  expect(await pending()).toBe(1);
  await maintainAudience(after(60 * 24 + 24));
  expect(await pending()).toBe(0);
});

describe('someone who has not confirmed within 48 hours', () => {
  const address = 'pending-1@readers.example';
  const reminders = async (pipeline: TestPipeline) => {
    await runReaderJobs(pipeline);
    return (await readerMails(pipeline)).map(({ subject }) => subject);
  };

  async function pendingFor48Hours(): Promise<TestPipeline> {
    const pipeline = shared.empty();
    await addReaders(pipeline.db, 1, 'pending');
    await pipeline.db.execute(
      sql`update subscribers set consented_at = ${new Date(tuesday.getTime() - 48 * hourMs)}`,
    );
    return pipeline;
  }

  it('is reminded once', async () => {
    const pipeline = await pendingFor48Hours();
    await maintainAudience(pipeline);
    await maintainAudience(pipeline);
    expect(await reminders(pipeline)).toEqual([expect.stringContaining('Still')]);
  });

  it('is never reminded if the address has had all the mails that one may get in a day', async () => {
    const pipeline = await pendingFor48Hours();
    for (let mail = 0; mail < 5; mail += 1) await takeMailAllowance(pipeline, address);
    expect(await takeMailAllowance(pipeline, address)).toEqual({ kind: 'never' });
    await maintainAudience(pipeline);
    await pipeline.db.execute(sql`delete from request_limits`);
    await maintainAudience(pipeline);
    expect(await reminders(pipeline)).toEqual([]);
  });

  it('is reminded later when the budget of mails is used up', async () => {
    const pipeline = await pendingFor48Hours();
    const poor = { ...pipeline, limits: requestLimits(pipeline.database.pool, { mailsPerHour: 0 }) };
    await maintainAudience(poor);
    expect(await reminders(pipeline)).toEqual([]);
    await maintainAudience(pipeline);
    expect(await reminders(pipeline)).toHaveLength(1);
  });

  it('is not reminded if the address is suppressed, whatever its case', async () => {
    const pipeline = await pendingFor48Hours();
    await pipeline.db.execute(sql`update subscribers set email = 'Pending-1@Readers.example'`);
    await pipeline.db.execute(sql`insert into suppressions (email, reason) values (${address}, 'complaint')`);
    await maintainAudience(pipeline);
    expect(await reminders(pipeline)).toEqual([]);
  });
});
