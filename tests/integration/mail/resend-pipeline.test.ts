import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findIssue } from '../../../src/db/queries/issue/issues.ts';
import type { Mailer } from '../../../src/domain/sending/mailer.ts';
import { issueStatus } from '../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../src/pipeline/send/deliver-issue.ts';
import { resumeIssue } from '../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { badGateway, internalError, tooFast, unavailable } from '../../support/fake-resend/faults.ts';
import type { FakeResendOptions } from '../../support/fake-resend/options.ts';
import { oneAtATime } from '../../support/mail/one-at-a-time.ts';
import { frozenIssue } from '../../support/pipeline/frozen-issue.ts';
import { type TestPipeline, week } from '../../support/pipeline/test-pipeline.ts';
import { fakeAndMailer } from './mail-fixtures.ts';

async function issueFor(count: number, options: FakeResendOptions = {}, timeoutMs = 10_000) {
  const { fake, mailer } = await fakeAndMailer(options, { timeoutMs });
  const pipeline = await frozenIssue(count, mailer);
  onTestFinished(() => pipeline.close());
  return { fake, pipeline };
}

async function report(pipeline: TestPipeline) {
  const status = await issueStatus(pipeline, week);
  if (!status.ok) throw new Error(status.message);
  expect(status.report.balances).toBe(true);
  return status.report;
}

describe('an issue through the real SDK', () => {
  it('reaches everyone exactly once', async () => {
    const { fake, pipeline } = await issueFor(250);
    await deliverIssue(pipeline, week);
    expect(fake.account.sent.totals()).toEqual({ accepted: 250, recipients: 250, duplicates: 0 });
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 250 });
  });

  it('reaches everyone exactly once despite every fault and with several workers', async () => {
    const { fake, pipeline } = await issueFor(1_000, {}, 2_000);
    fake.faults.random({
      seed: 20_261_124,
      probability: 0.5,
      among: [
        'reset-before',
        'reset-after',
        'truncated',
        'hang-after',
        internalError,
        { ...(internalError as object), status: 500, accepted: true },
        unavailable,
        badGateway,
        tooFast,
        { slowMs: 100 },
      ],
    });
    await Promise.all([1, 2, 3].map(() => deliverIssue(pipeline, week)));
    expect(fake.requests.some(({ fault }) => fault !== null)).toBe(true);
    expect(fake.account.sent.totals()).toEqual({ accepted: 1_000, recipients: 1_000, duplicates: 0 });
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 1_000 });
  });

  it('stores the ids of the replayed answer', async () => {
    const { fake, pipeline } = await issueFor(3);
    fake.faults.script(['reset-after']);
    await deliverIssue(pipeline, week);
    const { rows } = await pipeline.db.execute<{ provider_ids: string[]; attempts: number }>(
      sql`select provider_ids, attempts from batches`,
    );
    expect(rows).toEqual([{ provider_ids: fake.accepted.map(({ id }) => id), attempts: 2 }]);
  });

  it('rejects the one bad address and no other', async () => {
    const { fake, pipeline } = await issueFor(100);
    await pipeline.db.execute(
      sql`update deliveries set email = 'reader@example.com' where email = 'reader-42@readers.example'`,
    );
    await deliverIssue(pipeline, week);
    expect(fake.accepted).toHaveLength(99);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 99, rejected: 1 });
    const { rows } = await pipeline.db.execute<{ text: string }>(
      sql`select rejected::text as text from batches`,
    );
    expect(rows[0]?.text).toContain('Please use our testing email address');
    expect(rows[0]?.text).not.toContain('@');
  });

  it('splits a request that is too large until it fits', async () => {
    const { fake, pipeline } = await issueFor(40, { maxBodyBytes: 900_000 });
    await deliverIssue(pipeline, week);
    expect(fake.account.sent.totals()).toEqual({ accepted: 40, recipients: 40, duplicates: 0 });
    expect(fake.requests.length).toBeGreaterThan(1);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 40 });
  });

  it('holds the issue while the sender is not verified, and rejects nobody', async () => {
    const { fake, pipeline } = await issueFor(150, {
      domains: [{ name: 'news.example', status: 'pending' }],
    });
    await deliverIssue(pipeline, week);
    expect(await report(pipeline)).toMatchObject({ status: 'held', rejected: 0, pending: 150 });
    expect((await report(pipeline)).heldReason).toContain('MAIL_FROM');
    Object.assign(fake.account.settings, { domains: null });
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(fake.account.sent.totals()).toEqual({ accepted: 150, recipients: 150, duplicates: 0 });
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 150 });
  });

  it('holds the issue when the monthly quota is used up', async () => {
    const { fake, pipeline } = await issueFor(250, { quota: { monthly: 100 } });
    await deliverIssue({ ...pipeline, mailer: oneAtATime(pipeline.mailer) }, week);
    expect(fake.accepted).toHaveLength(100);
    expect(await report(pipeline)).toMatchObject({
      status: 'held',
      submitted: 100,
      rejected: 0,
      pending: 150,
    });
  });
});

describe('the daily quota', () => {
  it('pauses the issue until midnight UTC, skips readers who leave meanwhile, and reaches the others once', async () => {
    const { fake, pipeline } = await issueFor(250, {
      quota: { daily: 100 },
      now: () => Date.parse('2026-11-24T20:00:00Z'),
    });
    await deliverIssue({ ...pipeline, mailer: oneAtATime(pipeline.mailer) }, week);
    expect(await report(pipeline)).toMatchObject({ status: 'paused', submitted: 100, pending: 150 });
    const { rows } = await pipeline.db.execute<{ at: string }>(
      sql`select to_char(resume_at at time zone 'utc', 'YYYY-MM-DD HH24:MI') as at from issues`,
    );
    // The pipeline's clock says 09:00 and the provider's 20:00, so midnight is four hours away, plus a minute.
    expect(rows).toEqual([{ at: '2026-11-24 13:01' }]);

    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email = 'reader-150@readers.example'`,
    );
    fake.advance(5 * 3_600_000);
    Object.assign(fake.account.settings, { quota: {} });
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(fake.account.sent.totals()).toEqual({ accepted: 249, recipients: 249, duplicates: 0 });
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 249, skipped: 1 });
  });

  it('retries a batch that may have been accepted every hour under the same key', async () => {
    // Noon, because near midnight the pause would be shorter than an hour.
    const { fake, pipeline } = await issueFor(50, { now: () => Date.parse('2026-11-24T12:00:00Z') });
    fake.faults.script([
      'reset-after',
      { status: 429, name: 'daily_quota_exceeded', message: 'Enough for today.' },
    ]);
    const delivering = deliverIssue(pipeline, week);
    const dueInMinutes = async () => {
      const { rows } = await pipeline.db.execute<{ minutes: number | null }>(
        sql`select extract(epoch from not_before - now())::float8 / 60 as minutes from batches`,
      );
      return rows[0]?.minutes ?? 0;
    };
    await expect.poll(dueInMinutes, { timeout: 20_000 }).toBeGreaterThan(58);
    expect(await dueInMinutes()).toBeLessThanOrEqual(60);
    expect((await report(pipeline)).status).toBe('paused');
    await pipeline.db.execute(sql`update batches set not_before = null`);
    await delivering;
    expect(new Set(fake.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(fake.account.sent.totals()).toEqual({ accepted: 50, recipients: 50, duplicates: 0 });
    expect(await report(pipeline)).toMatchObject({ submitted: 50, pending: 0 });
  });
});

describe('template mode', () => {
  const alias = 'verdicts-test';

  /** Publishes the template and refers each email to it, as the pipeline does. */
  async function templateIssue(missingTemplate: 'item' | 'request') {
    const { fake, mailer } = await fakeAndMailer({ missingTemplate });
    const byTemplate: Mailer = {
      provider: 'resend',
      prepare: (batch) =>
        mailer.prepare({
          ...batch,
          emails: batch.emails.map(({ from, to, replyTo, subject, headers, tags }) => {
            const readerToken = /\/u\/([\w-]{22})>/.exec(headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
            return { from, to, replyTo, subject, headers, tags, template: { alias, readerToken } };
          }),
        }),
    };
    const pipeline = await frozenIssue(150, oneAtATime(byTemplate));
    onTestFinished(() => pipeline.close());
    const issue = await findIssue(pipeline.db, week);
    if (issue === null) throw new Error('no issue');
    const publish = () => mailer.publishTemplate({ ...issue, alias, from: issue.envelope.from });
    expect(await publish()).toMatchObject({ kind: 'published' });
    return { fake, pipeline, publish };
  }

  it.each(['item', 'request'] as const)(
    'holds the issue and rejects nobody when the template is deleted while sending, and continues when it is back (%s)',
    async (missingTemplate) => {
      const { fake, pipeline, publish } = await templateIssue(missingTemplate);
      const stop = new AbortController();
      await deliverIssue(pipeline, week, { signal: stop.signal, onSettled: () => stop.abort() });
      fake.account.templates.remove(alias);
      await deliverIssue(pipeline, week);
      expect(await report(pipeline)).toMatchObject({
        status: 'held',
        submitted: 100,
        rejected: 0,
        pending: 50,
      });
      expect((await report(pipeline)).heldReason).toMatch(/template/i);

      expect(await publish()).toMatchObject({ kind: 'published' });
      await resumeIssue(pipeline, week, { by: 'Ada' });
      await deliverIssue(pipeline, week);
      expect(fake.account.sent.totals()).toEqual({ accepted: 150, recipients: 150, duplicates: 0 });
      expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 150 });
    },
  );
});
