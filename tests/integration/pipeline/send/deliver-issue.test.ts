import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { suppressAddresses } from '../../../../src/db/queries/audience/suppressions.ts';
import { findIssue } from '../../../../src/db/queries/issue/issues.ts';
import { maintainIssues } from '../../../../src/pipeline/recover/maintain-issues.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { accepted, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { claimBatch, settleBatch } from '../../../support/pipeline/claim-batch.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

async function report() {
  const status = await issueStatus(pipeline, week);
  if (!status.ok) throw new Error(status.message);
  expect(status.report.balances).toBe(true);
  return status.report;
}

async function issueId(): Promise<number> {
  return (await findIssue(pipeline.db, week))?.id as number;
}

const claim = async (leaseMs = 60_000) => {
  const id = await issueId();
  const claimed = await claimBatch(pipeline.db, id, { leaseMs, at: tuesday });
  if (claimed === null) throw new Error('nothing to claim');
  return claimed;
};

/** The next batch is posted, and there is no answer. */
async function postOnce(): Promise<void> {
  const stop = new AbortController();
  const mailer = scriptedMailer(() => {
    stop.abort();
    return { kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true };
  });
  await deliverIssue({ ...pipeline, mailer }, week, { signal: stop.signal });
  expect(mailer.posted).toHaveLength(1);
}

describe('deliver', () => {
  it('posts every recipient once, at most 100 in a request, each under a key of its own', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(250, mailer);
    await deliverIssue(pipeline, week);
    expect(mailer.posted.map((post) => post.to.length)).toEqual([100, 100, 50]);
    expect(new Set(mailer.posted.map((post) => post.key)).size).toBe(3);
    expect(new Set(mailer.posted.flatMap((post) => post.to)).size).toBe(250);
    expect(await report()).toMatchObject({ status: 'sent', audience: 250, submitted: 250, pending: 0 });
  });

  it('posts nothing when run again', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(5, mailer);
    await deliverIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toHaveLength(1);
  });

  it('shares the batches among processes without posting one twice', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(1_000, mailer);
    await Promise.all([1, 2, 3, 4].map(() => deliverIssue(pipeline, week)));
    expect(mailer.posted).toHaveLength(10);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 1_000 });
  });

  it('does not deliver to someone who unsubscribed, paused or was suppressed after the freeze', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(5, mailer);
    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email = 'reader-1@readers.example'`,
    );
    await pipeline.db.execute(
      sql`update subscribers set paused_until = '2026-12-20' where email = 'reader-2@readers.example'`,
    );
    await suppressAddresses(pipeline.db, [{ email: 'Reader-3@readers.example', reason: 'complaint' }]);
    await pipeline.db.execute(sql`delete from subscribers where email = 'reader-4@readers.example'`);
    await deliverIssue(pipeline, week);
    expect(mailer.posted.flatMap((post) => post.to)).toEqual(['reader-5@readers.example']);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 1, skipped: 4 });
    const { rows } = await pipeline.db.execute(
      sql`select skipped_reason from deliveries order by subscriber_id`,
    );
    expect(rows.map((row) => row.skipped_reason)).toEqual([
      'unsubscribed',
      'paused',
      'suppressed',
      'unsubscribed',
      null,
    ]);
  });

  it('posts nothing for a batch in which everybody left', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed'`);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'sent', skipped: 3 });
  });

  it('asks again with the same key and the same body after an answer that never came', async () => {
    const mailer = scriptedMailer(() =>
      mailer.posted.length < 3
        ? { kind: 'retry', reason: 'connection reset', afterMs: 0, attempted: true }
        : undefined,
    );
    pipeline = await frozenIssue(3, mailer);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toHaveLength(3);
    expect(new Set(mailer.posted.map((post) => `${post.key} ${post.sha256}`)).size).toBe(1);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 3 });
  });

  it('keeps a batch as it was first posted: who leaves after the first attempt is in the retry too', async () => {
    const mailer = scriptedMailer(async () => {
      if (mailer.posted.length > 1) return undefined;
      await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed'`);
      return { kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true };
    });
    pipeline = await frozenIssue(3, mailer);
    await deliverIssue(pipeline, week);
    expect(mailer.posted.map((post) => post.to.length)).toEqual([3, 3]);
  });

  it('holds a batch whose body is not the one of its first attempt', async () => {
    const mailer = scriptedMailer(() => ({ kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true }));
    pipeline = await frozenIssue(3, mailer);
    await settleBatch(pipeline, await claim(), { kind: 'retry', reason: 'x', afterMs: 0, attempted: true });
    await pipeline.db.execute(sql`update batches set body_sha256 = 'of another version'`);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'held', held: 3 });
  });

  it('stops with a plain message when a byte changed after approval', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await pipeline.db.execute(sql`update issues set html = replace(html, '</body>', ' </body>')`);
    const result = await deliverIssue(pipeline, week);
    expect(result).toMatchObject({ ok: false, waitsForPerson: true });
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'held', pending: 3 });
  });

  it('stops after the batch in hand when told to, and goes on from there', async () => {
    const stop = new AbortController();
    const mailer = scriptedMailer(() => {
      stop.abort();
      return undefined;
    });
    pipeline = await frozenIssue(250, mailer);
    await deliverIssue(pipeline, week, { signal: stop.signal });
    expect(await report()).toMatchObject({ status: 'sending', submitted: 100, pending: 150 });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 250 });
  });
});

describe('settle', () => {
  it('books one bad address in an accepted batch as rejected, with the reason', async () => {
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

  it('halves a refused batch until only the bad address stands alone', async () => {
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

  it('holds the issue, and rejects nobody, when a lone recipient is refused for a reason of ours', async () => {
    const mailer = scriptedMailer(() => ({
      kind: 'refused',
      reason: 'domain is not verified',
      aboutRecipient: false,
    }));
    pipeline = await frozenIssue(2, mailer);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'held', rejected: 0, pending: 2 });
  });

  it('takes the same reason on half of a batch for a fault of ours: keeps what was accepted, holds the rest', async () => {
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
    await resumeIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 10 });
    expect(mailer.posted[1]?.to).toEqual([1, 2, 3, 4, 5].map((n) => `reader-${n}@readers.example`));
    expect(mailer.posted[1]?.key).not.toBe(mailer.posted[0]?.key);
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
    await resumeIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 250 });
  });

  it('never posts again what was taken earlier with another body', async () => {
    const mailer = scriptedMailer(() => ({ kind: 'unknown', reason: 'key used with another body' }));
    pipeline = await frozenIssue(3, mailer);
    await deliverIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'held', unknown: 3 });
  });

  it('books nothing for a worker that lost its lease', async () => {
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

  it('does not ask again after 23 hours without an answer: the outcome is unknown', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await postOnce();
    await pipeline.db.execute(
      sql`update batches set first_attempt_at = first_attempt_at - interval '23 hours'`,
    );
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'held', unknown: 3 });
  });
});

describe('a schedule that looks after the sending', () => {
  it('gives up by itself on a batch that was held for 23 hours without an answer', async () => {
    pipeline = await frozenIssue(
      3,
      scriptedMailer(() => undefined),
    );
    await postOnce();
    await holdIssue(pipeline, week, 'wrong price in the lead');
    await pipeline.db.execute(
      sql`update batches set first_attempt_at = first_attempt_at - interval '25 hours'`,
    );
    await resumeIssue(pipeline, week);
    await maintainIssues(pipeline);
    expect(await report()).toMatchObject({ status: 'held', unknown: 3 });
  });

  it('cancels those of a cancelled issue whose worker died before it could post them', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await claim(0);
    await cancelIssue(pipeline, week);
    await maintainIssues(pipeline);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 3, pending: 0 });
  });

  it('leaves them for later while the issue is paused', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await claim(0);
    await pauseIssue(pipeline, week);
    await maintainIssues(pipeline);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    await resumeIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 3 });
  });
});

describe('hold, pause and cancel in mid-send', () => {
  it('makes no first attempt while paused, but settles a batch already attempted', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(250, mailer);
    await postOnce();
    await pauseIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'paused', submitted: 100, pending: 150 });
    await resumeIssue(pipeline, week);
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 250 });
  });

  it('claims nothing while held', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await holdIssue(pipeline, week, 'wrong price in the lead');
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({
      status: 'held',
      heldReason: 'wrong price in the lead',
      pending: 3,
    });
  });

  it('cancels who was never tried and settles who was', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(250, mailer);
    await postOnce();
    await cancelIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 100 });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, submitted: 100 });
  });
});
