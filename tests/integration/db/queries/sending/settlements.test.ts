import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  type ClaimedBatch,
  claimBatches,
  nextClaimInMs,
} from '../../../../../src/db/queries/sending/claims.ts';
import {
  recordBodies,
  settleRetry,
  settleSplit,
  settleSubmitted,
  settleWaiting,
} from '../../../../../src/db/queries/sending/settlements.ts';
import { storedIssue } from '../../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { type TestPipeline, tuesday } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

async function claim({ db }: TestPipeline, leaseMs: number): Promise<ClaimedBatch> {
  const [claimed] = await claimBatches(db, (await storedIssue(db)).id, { leaseMs, at: tuesday, atMost: 1 });
  if (claimed === undefined) throw new Error('nothing to claim');
  return claimed;
}

describe('a worker whose batch another has claimed', () => {
  it('writes nothing, and learns that it has lost its claim', async () => {
    const pipeline = await shared.frozen(2);
    const { db } = pipeline;
    const lost = await claim(pipeline, 0);
    const ours = await claim(pipeline, 60_000);
    expect([ours.no, ours.token === lost.token]).toEqual([lost.no, false]);
    const stored = async () => (await db.execute(sql`select * from batches`)).rows;
    const before = await stored();
    const { issueId } = lost;
    const accepted = { ...lost, ids: ['a', 'b'], rejected: [] };
    expect(await recordBodies(db, issueId, [{ ...lost, sha256: 'late' }])).toEqual(new Set());
    expect(await settleSubmitted(db, issueId, [accepted])).toEqual(new Set());
    expect(await settleRetry(db, lost, 'late', 0, true)).toBe(false);
    expect(await settleWaiting(db, lost, 'held', 'late')).toBe(false);
    expect(await settleSplit(db, lost, 'late')).toBe(false);
    expect(await stored()).toEqual(before);

    expect(await recordBodies(db, issueId, [{ ...ours, sha256: 'of the body' }])).toEqual(new Set([1]));
    expect(await settleSubmitted(db, issueId, [{ ...accepted, token: ours.token }])).toEqual(new Set([1]));
    expect(await settleWaiting(db, ours, 'held', 'late')).toBe(false);
  });
});

describe('the next claim', () => {
  it('is due when the lease ends', async () => {
    const pipeline = await shared.frozen(1);
    const { issueId } = await claim(pipeline, 60_000);
    const dueInMs = (await nextClaimInMs(pipeline.db, issueId)) ?? 0;
    expect(dueInMs).toBeGreaterThan(30_000);
    expect(dueInMs).toBeLessThanOrEqual(60_000);
  });
});
