import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { maintainIssues } from '../../../../src/pipeline/recover/maintain-issues.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

it('a first attempt in the future counts as 23 hours old: nobody knows whether its key still holds', async () => {
  const pipeline = await shared.frozen(1);
  await pipeline.db.execute(sql`
    update batches set attempts = 1, body_sha256 = 'x', first_attempt_at = clock_timestamp() + interval '2 days'`);
  await maintainIssues(pipeline);
  const { rows } = await pipeline.db.execute(sql`select status from batches`);
  expect(rows).toEqual([{ status: 'unknown' }]);
});

it('leases, waits and the next turn of a limit further ahead than they ever lie are cut', async () => {
  const pipeline = await shared.frozen(1);
  await pipeline.db.execute(sql`
    update batches set status = 'submitting', token = gen_random_uuid(), attempts = 1, body_sha256 = 'x',
      first_attempt_at = clock_timestamp(), lease_until = clock_timestamp() + interval '9 weeks',
      not_before = clock_timestamp() + interval '9 weeks'`);
  await pipeline.db.execute(sql`
    insert into rate_limits (name, tat, spacing) values ('api', clock_timestamp() + interval '9 weeks', interval '1 second')`);
  await maintainIssues(pipeline);
  const { rows } = await pipeline.db.execute(sql`
    select lease_until <= clock_timestamp() + interval '1 minute' as lease,
      not_before <= clock_timestamp() + interval '1 hour' as wait,
      (select tat <= clock_timestamp() + interval '1 hour' from rate_limits where name = 'api') as turn from batches`);
  expect(rows).toEqual([{ lease: true, wait: true, turn: true }]);
});

it('a quota ends within a day, whatever a clock ahead said', async () => {
  const pipeline = await shared.frozen(1);
  await pipeline.db.execute(sql`
    update issues set status = 'paused', paused_kind = 'quota', resume_at = ${new Date(tuesday.getTime() + 60 * 86_400_000)}`);
  await maintainIssues(pipeline);
  const { rows } = await pipeline.db.execute<{ at: string }>(sql`select resume_at as at from issues`);
  expect(new Date(rows[0]?.at ?? 0)).toEqual(new Date(tuesday.getTime() + 86_460_000));
});
