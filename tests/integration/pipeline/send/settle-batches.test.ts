import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClaimedBatch } from '../../../../src/db/queries/sending/claims.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { cancelIssue, resumeIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { accepted, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import {
  balancedReport,
  claimBatch,
  postWithoutAnswer,
  settleBatch,
} from '../../../support/pipeline/claim-batch.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

const report = () => balancedReport(pipeline);

async function claim(leaseMs = 60_000): Promise<ClaimedBatch> {
  const { id } = await storedIssue(pipeline.db);
  const claimed = await claimBatch(pipeline.db, id, { leaseMs, at: tuesday });
  if (claimed === null) throw new Error('nothing to claim');
  return claimed;
}

describe('settle', () => {
  it('rejects one bad address in an accepted batch, with the reason', async () => {
    const mailer = scriptedMailer((post) => ({
      kind: 'submitted',
      ids: post.to.map((to) => (to.startsWith('reader-7@') ? null : `id-${to}`)),
      rejected: [{ index: 6, reason: 'invalid recipient', aboutRecipient: true }],
    }));
    pipeline = await frozenIssue(100, mailer);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 99, rejected: 1 });
    const { rows } = await pipeline.db.execute<{ rejected: unknown }>(sql`select rejected from batches`);
    expect(rows[0]?.rejected).toEqual([{ subscriberId: expect.any(Number), reason: 'invalid recipient' }]);
  });

  it('halves a refused batch until the bad address is alone', async () => {
    const mailer = scriptedMailer((post) =>
      post.to.includes('reader-42@readers.example')
        ? { kind: 'refused', reason: 'invalid address', aboutRecipient: true }
        : undefined,
    );
    pipeline = await frozenIssue(100, mailer);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', audience: 100, submitted: 99, rejected: 1 });
    const delivered = mailer.posted
      .filter((post) => !post.to.includes('reader-42@readers.example'))
      .flatMap((post) => post.to);
    expect(new Set(delivered).size).toBe(99);
    expect(delivered).toHaveLength(99);
    expect(new Set(mailer.posted.map((post) => post.key)).size).toBe(mailer.posted.length);
  });

  it('holds the issue and rejects nobody when a single recipient is refused for a fault of ours', async () => {
    const mailer = scriptedMailer(() => ({
      kind: 'refused',
      reason: 'domain is not verified',
      aboutRecipient: false,
    }));
    pipeline = await frozenIssue(2, mailer);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'held', rejected: 0, pending: 2 });
  });

  it('takes the same reason for half of a batch as a fault of ours: settles what was accepted and holds the issue', async () => {
    let broken = true;
    const mailer = scriptedMailer((post) =>
      broken
        ? {
            kind: 'submitted',
            ids: post.to.map((_, index) => (index < 5 ? null : `id-${index}`)),
            rejected: [0, 1, 2, 3, 4].map((index) => ({
              index,
              reason: 'template not found',
              aboutRecipient: true,
            })),
          }
        : undefined,
    );
    pipeline = await frozenIssue(10, mailer);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'held', submitted: 5, rejected: 0, pending: 5 });

    broken = false;
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 10 });
    expect(mailer.posted[1]?.to).toEqual([1, 2, 3, 4, 5].map((n) => `reader-${n}@readers.example`));
    expect(mailer.posted[1]?.key).not.toBe(mailer.posted[0]?.key);
  });

  it('rejects those who are rejected for the same reason again once a person has resumed, so that the issue ends', async () => {
    const mailer = scriptedMailer((post) => {
      const isBad = (to: string) => /^reader-[12]@/.test(to);
      return {
        kind: 'submitted',
        ids: post.to.map((to) => (isBad(to) ? null : `id-${to}`)),
        rejected: post.to.flatMap((to, index) =>
          isBad(to) ? [{ index, reason: 'invalid recipient', aboutRecipient: true }] : [],
        ),
      };
    });
    pipeline = await frozenIssue(3, mailer);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'held', submitted: 1, rejected: 0, pending: 2 });
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 1, rejected: 2 });
  });

  it('holds a batch whose answer does not add up', async () => {
    const mailer = scriptedMailer(() => ({ kind: 'submitted', ids: ['only one'], rejected: [] }));
    pipeline = await frozenIssue(3, mailer);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'held', held: 3, submitted: 0 });
  });

  it('holds the whole issue when a setting is wrong, and goes on when resumed', async () => {
    let keyValid = false;
    const mailer = scriptedMailer(() =>
      keyValid ? undefined : { kind: 'hold-issue', reason: 'the API key is not active', attempted: false },
    );
    pipeline = await frozenIssue(250, mailer);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({
      status: 'held',
      heldReason: 'Batch 1: the API key is not active',
      pending: 250,
    });
    keyValid = true;
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 250 });
  });

  it('pauses the issue for a day, but asks again within the hour for a batch that may be accepted', async () => {
    pipeline = await frozenIssue(1);
    await postWithoutAnswer(pipeline);
    const afterMs = 24 * 3_600_000;
    await settleBatch(pipeline, await claim(), { kind: 'pause-issue', reason: 'daily quota', afterMs });
    expect((await storedIssue(pipeline.db)).resumeAt).toEqual(new Date(tuesday.getTime() + afterMs));
    const { rows } = await pipeline.db.execute(
      sql`select from batches where not_before <= clock_timestamp() + interval '1 hour'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('never posts again what was accepted earlier with another body', async () => {
    const mailer = scriptedMailer(() => ({ kind: 'unknown', reason: 'key used with another body' }));
    pipeline = await frozenIssue(3, mailer);
    await deliverIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'held', unknown: 3 });
  });

  it('records nothing for a worker that lost its lease', async () => {
    pipeline = await frozenIssue(3);
    const slow = await claim(0);
    const quick = await claim();
    expect(quick.no).toBe(slow.no);
    const answer = accepted({ key: 'k', sha256: '', to: ['a', 'b', 'c'] });
    await settleBatch(pipeline, slow, answer);
    expect(await report()).toMatchObject({ submitted: 0, pending: 3 });
    await settleBatch(pipeline, quick, answer);
    expect(await report()).toMatchObject({ submitted: 3, pending: 0 });
    await settleBatch(pipeline, slow, { kind: 'retry', reason: 'late', afterMs: 0, attempted: true });
    expect(await report()).toMatchObject({ submitted: 3, pending: 0 });
  });

  it('does not retry after 23 hours without an answer: the outcome is unknown', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await postWithoutAnswer(pipeline);
    await pipeline.db.execute(
      sql`update batches set first_attempt_at = first_attempt_at - interval '23 hours'`,
    );
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'held', unknown: 3 });
  });
});

describe('a cancelled issue', () => {
  const claimThenCancel = (outcome: BatchOutcome) => {
    const mailer = scriptedMailer(async () => {
      if (mailer.posted.length > 5) throw new Error('posted for ever');
      if (mailer.posted.length === 1) must(await cancelIssue(pipeline, week, { by: 'Ada' }));
      return outcome;
    });
    return mailer;
  };

  it('is not retried for ever when a setting is wrong: the batch waits for a person', async () => {
    const mailer = claimThenCancel({
      kind: 'hold-issue',
      reason: 'the API key is not active',
      attempted: true,
    });
    pipeline = await frozenIssue(150, mailer);
    must(await deliverIssue(pipeline, week));
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'cancelled', held: 100, cancelled: 50, balances: true });
  });

  it('has the halves of a batch cancelled that was refused meanwhile', async () => {
    const mailer = claimThenCancel({ kind: 'refused', reason: 'bad address', aboutRecipient: true });
    pipeline = await frozenIssue(150, mailer);
    must(await deliverIssue(pipeline, week));
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 0, balances: true });
  });

  it('has recipients cancelled who were certainly not mailed', async () => {
    const mailer = claimThenCancel({ kind: 'retry', reason: 'rate limit', afterMs: 0, attempted: false });
    pipeline = await frozenIssue(150, mailer);
    must(await deliverIssue(pipeline, week));
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 0, balances: true });
  });
});

describe('a batch that the provider certainly did nothing about', () => {
  it('counts as never attempted: its 23 hours do not run, and whoever leaves meanwhile is skipped', async () => {
    let keyValid = false;
    const mailer = scriptedMailer(() =>
      keyValid ? undefined : { kind: 'hold-issue', reason: 'the API key is not active', attempted: false },
    );
    pipeline = await frozenIssue(3, mailer);
    must(await deliverIssue(pipeline, week));
    await pipeline.db.execute(
      sql`update batches set first_attempt_at = first_attempt_at - interval '3 days'`,
    );
    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email like 'reader-2@%'`,
    );
    await pipeline.db.execute(
      sql`update issues set status = 'sending', held_kind = null, held_reason = null`,
    );
    keyValid = true;
    must(await deliverIssue(pipeline, week));
    expect(await report()).toMatchObject({ status: 'sent', submitted: 2, skipped: 1 });
  });

  it('keeps its recipients when an earlier attempt may have been accepted', async () => {
    const answers: BatchOutcome[] = [
      { kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true },
      { kind: 'retry', reason: 'rate limit', afterMs: 0, attempted: false },
    ];
    const mailer = scriptedMailer(async () => {
      await pipeline.db.execute(
        sql`update subscribers set status = 'unsubscribed' where email like 'reader-2@%'`,
      );
      return answers[mailer.posted.length - 1];
    });
    pipeline = await frozenIssue(3, mailer);
    must(await deliverIssue(pipeline, week));
    expect(new Set(mailer.posted.map((post) => `${post.key} ${post.sha256}`)).size).toBe(1);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 3, skipped: 0 });
  });
});
