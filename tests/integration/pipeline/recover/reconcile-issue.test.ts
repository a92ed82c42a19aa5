import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eraseByHand } from '../../../../src/audience/data/erase.ts';
import { readLog } from '../../../../src/db/queries/issue/issue-log.ts';
import { heldForOutcomes } from '../../../../src/domain/issue/issue.ts';
import { resendMailer } from '../../../../src/mail/resend/mailer.ts';
import { maintainIssues } from '../../../../src/pipeline/recover/maintain-issues.ts';
import { reconcileIssue } from '../../../../src/pipeline/recover/reconcile-issue.ts';
import { resolveBatch } from '../../../../src/pipeline/recover/resolve-batch.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { cancelIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import type { FakeResendOptions } from '../../../support/fake-resend/options.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';
import { aBatch, anEmail, fakeAndMailer } from '../../mail/mail-fixtures.ts';

const dayMs = 86_400_000;

async function issueFor(count: number, options: FakeResendOptions = {}) {
  const { fake, mailer } = await fakeAndMailer(options);
  const pipeline = await frozenIssue(count, mailer);
  onTestFinished(() => pipeline.close());
  return { fake, mailer, pipeline };
}

const reconcile = (pipeline: TestPipeline, which: 'unanswered' | 'all' = 'unanswered') =>
  reconcileIssue(pipeline, week, { which });

async function report(pipeline: TestPipeline) {
  const { report } = must(await issueStatus(pipeline, week));
  expect(report.balances).toBe(true);
  return report;
}

/** As the ledger stands when a batch was posted and no answer came for 23 hours. */
async function forgetAnswer(pipeline: TestPipeline, no: number): Promise<void> {
  await pipeline.db.execute(sql`
    update batches set status = 'unknown', submitted_at = null, provider_ids = null, rejected = '[]', token = null,
      lease_until = null, not_before = null, first_attempt_at = coalesce(first_attempt_at, clock_timestamp())
    where no = ${no}`);
  await pipeline.db.execute(sql`
    update issues set status = 'held', held_kind = 'outcomes', finished_at = null,
      held_reason = ${heldForOutcomes(1)}`);
}

async function batch(pipeline: TestPipeline, no: number) {
  const { rows } = await pipeline.db.execute<{
    status: string;
    provider_ids: string[];
    last_error: string;
    rejected: { reason: string }[];
  }>(sql`select status, provider_ids, last_error, rejected from batches where no = ${no}`);
  return rows[0];
}

describe('a batch of unknown outcome', () => {
  it('is settled with the provider’s ids when its list of sent emails has every recipient', async () => {
    const { fake, pipeline } = await issueFor(250);
    await deliverIssue(pipeline, week);
    const before = await batch(pipeline, 2);
    await forgetAnswer(pipeline, 2);
    expect(must(await reconcile(pipeline))).toMatchObject({ unresolved: 1, settled: 1, left: 0 });
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 250, unknown: 0 });
    expect((await batch(pipeline, 2))?.provider_ids).toEqual(before?.provider_ids);
    expect(fake.account.sent.totals()).toMatchObject({ accepted: 250, duplicates: 0 });

    expect(must(await reconcile(pipeline))).toMatchObject({ unresolved: 0, settled: 0, left: 0 });
  });

  it('has the recipients that are not listed rejected when others are listed', async () => {
    const { pipeline } = await issueFor(100);
    await pipeline.db.execute(sql`
      update deliveries set email = 'reader@example.com' where email = 'reader-42@readers.example'`);
    await deliverIssue(pipeline, week);
    await forgetAnswer(pipeline, 1);
    must(await reconcile(pipeline));
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 99, rejected: 1 });
    expect((await batch(pipeline, 1))?.rejected).toEqual([
      { subscriberId: 42, reason: expect.stringContaining('not this recipient') },
    ]);
  });

  it('rejects nobody for not being found who was erased after the issue was cancelled', async () => {
    const { pipeline } = await issueFor(3);
    await deliverIssue(pipeline, week);
    await forgetAnswer(pipeline, 1);
    must(await cancelIssue(pipeline, week, { by: 'Ada', reason: 'enough' }));
    expect(await eraseByHand(pipeline, 'reader-2@readers.example')).toEqual({ kind: 'erased' });
    must(await reconcile(pipeline));
    expect(await report(pipeline)).toMatchObject({ status: 'cancelled', submitted: 3, rejected: 0 });
    expect((await batch(pipeline, 1))?.rejected).toEqual([]);
  });

  it('waits for a person when none of it is listed, and is never posted again by itself', async () => {
    const { fake, pipeline } = await issueFor(150);
    await forgetAnswer(pipeline, 2);
    await pipeline.db.execute(
      sql`update issues set status = 'sending', held_kind = null, held_reason = null`,
    );
    await deliverIssue(pipeline, week);
    expect(await report(pipeline)).toMatchObject({ status: 'held', submitted: 100, unknown: 50 });
    expect(must(await reconcile(pipeline))).toMatchObject({ unresolved: 1, settled: 0, left: 1 });
    expect(await report(pipeline)).toMatchObject({ status: 'held', unknown: 50 });
    expect((await batch(pipeline, 2))?.last_error).toMatch(/lists none.*not-sent/);
    expect(fake.accepted).toHaveLength(100);

    must(await resolveBatch(pipeline, week, 2, { as: 'not-sent', by: 'Ada', reason: 'looked it up' }));
    await deliverIssue(pipeline, week);
    expect(fake.account.sent.totals()).toEqual({ accepted: 150, recipients: 150, duplicates: 0 });
  });

  it('is not settled by an email of another issue with the same subject', async () => {
    const { mailer, pipeline } = await issueFor(1);
    const { subject } = await storedIssue(pipeline.db);
    const tags = { issue: '999', batch: '1' };
    const other = await mailer.prepare(aBatch([anEmail('reader-1@readers.example', { subject, tags })]));
    await other.post('another-issue');
    await forgetAnswer(pipeline, 1);
    expect(must(await reconcile(pipeline))).toMatchObject({ settled: 0, left: 1 });
    expect((await batch(pipeline, 1))?.last_error).toMatch(/under another batch/);
  });

  it('is searched for back to its first attempt and no further', async () => {
    const start = Date.now();
    const { fake, mailer, pipeline } = await issueFor(1, { now: () => start - 2 * dayMs });
    for (const batchNo of [1, 2, 3, 4]) {
      const emails = Array.from({ length: 100 }, (_, n) => anEmail(`other-${batchNo}-${n}@readers.example`));
      await (await mailer.prepare(aBatch(emails))).post(`other-${batchNo}`);
    }
    fake.advance(2 * dayMs);
    await pipeline.db.execute(sql`update issues set frozen_at = now()`);
    await deliverIssue(pipeline, week);
    await forgetAnswer(pipeline, 1);
    must(await reconcile(pipeline));
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 1 });
    expect(fake.requests.filter(({ method, path }) => method === 'GET' && path === '/emails')).toHaveLength(
      1,
    );
  });

  it('is asked about again when the provider fails', async () => {
    const { fake, pipeline } = await issueFor(2);
    await deliverIssue(pipeline, week);
    await forgetAnswer(pipeline, 1);
    fake.faults.script(['reset-before', { status: 503 }, null, 'truncated']);
    must(await reconcile(pipeline));
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 2 });
  });

  it('notes it when the key may not read the list', async () => {
    const { fake, pipeline } = await issueFor(1);
    await deliverIssue(pipeline, week);
    await forgetAnswer(pipeline, 1);
    const mailer = resendMailer({ apiKey: 're_test_sending', baseUrl: fake.url });
    const result = await reconcile({ ...pipeline, mailer });
    expect(result).toMatchObject({ ok: false, waitsForPerson: true });
    expect((await batch(pipeline, 1))?.last_error).toMatch(/may only send/);
  });

  it('keeps the issue held when the outcome of another batch is known', async () => {
    const { pipeline } = await issueFor(150);
    await deliverIssue(pipeline, week);
    for (const no of [1, 2]) await forgetAnswer(pipeline, no);
    await pipeline.db.execute(sql`
      insert into mail_events (event_id, type, issue_id, batch_no, subscriber_id, at)
      select 'e' || subscriber_id, 'delivered', issue_id, batch_no, subscriber_id, now() from deliveries where batch_no = 1`);
    await maintainIssues(pipeline);
    expect(await report(pipeline)).toMatchObject({ status: 'held', submitted: 100, unknown: 50 });
    const log = await readLog(pipeline.db, week);
    expect(log.map(({ what }) => what)).not.toContain('resumed');
  });

  it('is settled by the next maintenance once mail events reported on every recipient', async () => {
    const { pipeline } = await issueFor(2);
    await deliverIssue(pipeline, week);
    await forgetAnswer(pipeline, 1);
    const { id } = await storedIssue(pipeline.db);
    const event = (subscriber: number) =>
      pipeline.db.execute(sql`
      insert into mail_events (event_id, type, issue_id, batch_no, subscriber_id, at)
      values (${`e${subscriber}`}, 'delivered', ${id}, 1, ${subscriber}, now())`);
    await event(1);
    await maintainIssues(pipeline);
    expect(await report(pipeline)).toMatchObject({ status: 'held', unknown: 2 });
    await event(2);
    await maintainIssues(pipeline);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 2 });
  });
});

it('an issue held by a person stays held when its outcomes become known', async () => {
  const { pipeline } = await issueFor(1);
  await deliverIssue(pipeline, week);
  await forgetAnswer(pipeline, 1);
  await pipeline.db.execute(
    sql`update issues set held_kind = 'editor', held_reason = 'the editor wants to look at it'`,
  );
  must(await reconcile(pipeline));
  expect(await report(pipeline)).toMatchObject({ status: 'held', submitted: 1 });
});

it('after an older backup is restored, nobody that the provider lists is posted again', async () => {
  const { fake, pipeline } = await issueFor(250);
  await deliverIssue(pipeline, week);
  // The backup was made right after the freeze; the keys are forgotten too.
  fake.advance(2 * dayMs);
  await pipeline.db.execute(sql`
    update batches set status = 'pending', submitted_at = null, provider_ids = null, attempts = 0, first_attempt_at = null,
      body_sha256 = null`);
  await pipeline.db.execute(sql`update issues set status = 'sending', finished_at = null`);
  expect(must(await reconcile(pipeline, 'all'))).toMatchObject({ unresolved: 3, settled: 3, left: 0 });
  await deliverIssue(pipeline, week);
  expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 250 });
  expect(fake.account.sent.totals()).toEqual({ accepted: 250, recipients: 250, duplicates: 0 });
});
