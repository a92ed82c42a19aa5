import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { suppressAddresses } from '../../../../src/db/queries/audience/suppressions.ts';
import type { ClaimedBatch } from '../../../../src/db/queries/sending/claims.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { balancedReport, claimBatch, settleBatch } from '../../../support/pipeline/claim-batch.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

const report = () => balancedReport(pipeline);

async function claim(leaseMs = 60_000): Promise<ClaimedBatch> {
  const { id } = await storedIssue(pipeline.db);
  const claimed = await claimBatch(pipeline.db, id, { leaseMs, at: tuesday });
  if (claimed === null) throw new Error('nothing to claim');
  return claimed;
}

describe('deliver', () => {
  it('posts every recipient once, at most 100 per request, each request under its own key', async () => {
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

  it('shares the batches among processes and posts none twice', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(1_000, mailer);
    await Promise.all([1, 2, 3, 4].map(() => deliverIssue(pipeline, week)));
    expect(mailer.posted).toHaveLength(10);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 1_000 });
  });

  it('skips subscribers who unsubscribed, paused or were suppressed after the freeze', async () => {
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

  it('posts nothing for a batch whose recipients all left', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed'`);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'sent', skipped: 3 });
  });

  it('retries with the same key and the same body after an answer that never came', async () => {
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

  it('keeps a batch as it was first posted: the retry includes those who left after the first attempt', async () => {
    const mailer = scriptedMailer(async () => {
      if (mailer.posted.length > 1) return undefined;
      await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed'`);
      return { kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true };
    });
    pipeline = await frozenIssue(3, mailer);
    await deliverIssue(pipeline, week);
    expect(mailer.posted.map((post) => post.to.length)).toEqual([3, 3]);
  });

  it('holds a batch whose body differs from that of its first attempt', async () => {
    const mailer = scriptedMailer(() => ({ kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true }));
    pipeline = await frozenIssue(3, mailer);
    await settleBatch(pipeline, await claim(), { kind: 'retry', reason: 'x', afterMs: 0, attempted: true });
    await pipeline.db.execute(sql`update batches set body_sha256 = 'of another version'`);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'held', held: 3 });
  });

  it('holds the issue when a byte changed after the approval', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await pipeline.db.execute(sql`update issues set html = replace(html, '</body>', ' </body>')`);
    const result = await deliverIssue(pipeline, week);
    expect(result).toMatchObject({ ok: false, waitsForPerson: true });
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'held', pending: 3 });
  });

  it('stops at the signal after the batch that is being posted, and goes on from there', async () => {
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
