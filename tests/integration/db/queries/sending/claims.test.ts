import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  type ClaimedBatch,
  claimBatches,
  expireUnanswered,
  nextClaimInMs,
  releaseUnposted,
} from '../../../../../src/db/queries/sending/claims.ts';
import { recordBodies } from '../../../../../src/db/queries/sending/settlements.ts';
import { freezeIssue } from '../../../../../src/pipeline/send/freeze-issue.ts';
import { storedIssue } from '../../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday, week } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

const issueId = async ({ db }: TestPipeline) => (await storedIssue(db)).id;

async function claim(pipeline: TestPipeline): Promise<ClaimedBatch | null> {
  const options = { leaseMs: 60_000, at: tuesday, atMost: 1 };
  const [claimed] = await claimBatches(pipeline.db, await issueId(pipeline), options);
  return claimed ?? null;
}

async function claimAndPost(pipeline: TestPipeline): Promise<void> {
  const claimed = await claim(pipeline);
  if (claimed === null) throw new Error('nothing to claim');
  await recordBodies(pipeline.db, claimed.issueId, [{ ...claimed, sha256: 'of the body' }]);
}

const endLeases = ({ db }: TestPipeline) =>
  db.execute(sql`update batches set lease_until = clock_timestamp() - interval '1 second'`);

async function batches({ db }: TestPipeline): Promise<unknown[]> {
  const { rows } = await db.execute(
    sql`select status, attempts, token is not null as claimed from batches order by no`,
  );
  return rows;
}

describe('a claim', () => {
  it('skips an address suppressed since the freeze, whatever its case', async () => {
    const pipeline = await shared.approved(2);
    await pipeline.db.execute(sql`update subscribers set email = 'Reader-1@Readers.example' where id = 1`);
    must(await freezeIssue(pipeline, week, 'Ada'));
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values ('reader-1@readers.example', 'complaint')`,
    );
    expect((await claim(pipeline))?.recipients.map(({ email }) => email)).toEqual([
      'reader-2@readers.example',
    ]);
    const { rows } = await pipeline.db.execute(
      sql`select skipped_reason from deliveries where subscriber_id = 1`,
    );
    expect(rows).toEqual([{ skipped_reason: 'suppressed' }]);
  });

  it('skips subscribers who paused since the freeze, and not those whose pause is over', async () => {
    const pipeline = await shared.frozen(3);
    const pauseUntil = (id: number, until: Date) =>
      pipeline.db.execute(sql`update subscribers set paused_until = ${until} where id = ${id}`);
    await pauseUntil(1, new Date(tuesday.getTime() + 1));
    await pauseUntil(2, tuesday);
    expect((await claim(pipeline))?.recipients.map(({ subscriberId }) => subscriberId)).toEqual([2, 3]);
  });

  it('takes a batch that is not due yet only when it is due', async () => {
    const pipeline = await shared.frozen(1);
    await pipeline.db.execute(sql`update batches set not_before = clock_timestamp() + interval '1 minute'`);
    expect(await claim(pipeline)).toBeNull();
    expect(await nextClaimInMs(pipeline.db, await issueId(pipeline))).toBeGreaterThan(50_000);
    await pipeline.db.execute(sql`update batches set not_before = clock_timestamp()`);
    expect((await claim(pipeline))?.no).toBe(1);
  });
});

describe('a batch whose last answer never came', () => {
  const expire = async (pipeline: TestPipeline) => expireUnanswered(pipeline.db, await issueId(pipeline));
  const attemptedHoursAgo = ({ db }: TestPipeline, hours: number) =>
    db.execute(sql`update batches set first_attempt_at = clock_timestamp() - ${hours} * interval '1 hour'`);

  it('is unknown after 23 hours, once no worker has a lease on it', async () => {
    const pipeline = await shared.frozen(3);
    await claimAndPost(pipeline);
    await attemptedHoursAgo(pipeline, 23.1);
    expect(await expire(pipeline)).toBe(0);
    expect(await batches(pipeline)).toEqual([{ status: 'submitting', attempts: 1, claimed: true }]);
    await endLeases(pipeline);
    expect(await claim(pipeline)).toBeNull();
    expect(await expire(pipeline)).toBe(1);
    expect(await batches(pipeline)).toEqual([{ status: 'unknown', attempts: 1, claimed: false }]);
  });

  it('may be posted again within 23 hours', async () => {
    const pipeline = await shared.frozen(3);
    await claimAndPost(pipeline);
    await attemptedHoursAgo(pipeline, 22.9);
    await endLeases(pipeline);
    expect(await expire(pipeline)).toBe(0);
    expect((await claim(pipeline))?.attempts).toBe(2);
  });

  it('does not include one that was claimed and never posted, however long ago', async () => {
    const pipeline = await shared.frozen(3);
    await claim(pipeline);
    await attemptedHoursAgo(pipeline, 48);
    await endLeases(pipeline);
    expect(await expire(pipeline)).toBe(0);
    expect((await claim(pipeline))?.attempts).toBe(1);
  });
});

describe('a batch that was claimed and never posted', () => {
  it('is pending again once its lease has ended, and one that was posted is not', async () => {
    const pipeline = await shared.frozen(150);
    const id = await issueId(pipeline);
    await claimAndPost(pipeline);
    await claim(pipeline);
    const claimed = { status: 'submitting', attempts: 1, claimed: true };
    await releaseUnposted(pipeline.db, id);
    expect(await batches(pipeline)).toEqual([claimed, claimed]);
    await endLeases(pipeline);
    await releaseUnposted(pipeline.db, id);
    expect(await batches(pipeline)).toEqual([claimed, { status: 'pending', attempts: 0, claimed: false }]);
  });
});
