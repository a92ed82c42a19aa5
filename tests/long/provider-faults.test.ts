import { describe, expect, it, type TestContext } from 'vitest';
import { resendMailer } from '../../src/mail/resend/mailer.ts';
import { maintainIssues } from '../../src/pipeline/recover/maintain-issues.ts';
import { type IssueStatusReport, issueStatus } from '../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../src/pipeline/send/deliver-issue.ts';
import { resumeIssue } from '../../src/pipeline/send/hold-pause-resume-cancel.ts';
import type { FakeResend } from '../support/fake-resend/fake-resend.ts';
import type { Fault } from '../support/fake-resend/faults.ts';
import { startFakeResend } from '../support/fake-resend/server.ts';
import { frozenIssue } from '../support/pipeline/frozen-issue.ts';
import { at, must, type TestPipeline, week } from '../support/pipeline/test-pipeline.ts';

const readers = 150;
const faultyRequests = 4;

const refusal = (status: number, name: string, message = 'No.'): Fault => ({ status, name, message });

/** Faults that are retried, whether or not the request was accepted. */
const passing: readonly (readonly [string, Fault])[] = [
  ['a connection reset before the request is read', 'reset-before'],
  ['a connection reset after acceptance', 'reset-after'],
  ['half an answer', 'truncated'],
  ['no answer', 'hang'],
  ['no answer, though accepted', 'hang-after'],
  ['an answer after the timeout', { slowMs: 1_200 }],
  ['500', refusal(500, 'application_error')],
  ['500, though accepted', { status: 500, accepted: true }],
  ['503', { status: 503, name: 'service_unavailable', headers: { 'retry-after': '1' } }],
  ['a proxy’s 502 in HTML, though accepted', { status: 502, body: '<html>502</html>', accepted: true }],
  ['408', refusal(408, 'request_timeout')],
  ['425', refusal(425, 'too_early')],
  ['429', { status: 429, name: 'rate_limit_exceeded', headers: { 'retry-after': '1' } }],
  ['409 while the first request is on its way', refusal(409, 'concurrent_idempotent_requests')],
  ['409 of a locked resource', refusal(409, 'resource_locked')],
  ['413 while batches have more than one', { status: 413, body: '<html>413</html>' }],
];

/** Faults that need a person. */
const holding: readonly (readonly [string, Fault, RegExp])[] = [
  ['401', refusal(401, 'missing_api_key'), /RESEND_API_KEY/],
  ['403 of a suspended account', refusal(403, 'suspended_api_key'), /suspended/],
  [
    '403 of an unverified domain',
    refusal(403, 'validation_error', 'The domain is not verified'),
    /MAIL_FROM/,
  ],
  ['404', refusal(404, 'not_found', 'The requested endpoint was not found'), /RESEND_BASE_URL/],
  ['302', { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }, /RESEND_BASE_URL/],
  ['the month’s quota used up', refusal(429, 'monthly_quota_exceeded'), /monthly quota/],
  ['422 about the sender', refusal(422, 'validation_error', 'Invalid `from` field.'), /MAIL_FROM/],
];

interface Sending {
  readonly fake: FakeResend;
  readonly pipeline: TestPipeline;
  readonly report: () => Promise<IssueStatusReport>;
}

/** A frozen issue whose first requests, `faultyRequests` of them, all meet the fault. */
async function issueMeeting(fault: Fault, { onTestFinished }: TestContext): Promise<Sending> {
  const fake = await startFakeResend();
  const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: fake.url, timeoutMs: 800 });
  const pipeline = await frozenIssue(readers, mailer);
  onTestFinished(async () => {
    await pipeline.close();
    await fake.close();
  });
  fake.faults.script(Array.from({ length: faultyRequests }, () => fault));
  const report = async () => must(await issueStatus(pipeline, week)).report;
  return { fake, pipeline, report };
}

async function expectEveryoneOnce({ fake, report }: Sending): Promise<void> {
  expect(await report()).toMatchObject({ status: 'sent', submitted: readers, balances: true });
  expect(fake.account.sent.totals()).toEqual({ accepted: readers, recipients: readers, duplicates: 0 });
}

// Concurrent, because most of the time is spent waiting for the next attempt.
describe.concurrent('a fault that every request meets until it ends', () => {
  it.for(passing)('is retried until it ends: %s', async ([, fault], test) => {
    const sending = await issueMeeting(fault, test);
    await Promise.all([1, 2].map(() => deliverIssue(sending.pipeline, week)));
    expect(sending.fake.requests.filter((seen) => seen.fault !== null)).toHaveLength(faultyRequests);
    await expectEveryoneOnce(sending);
  });

  it.for(holding)('holds the issue with the reason: %s', async ([, fault, reason], test) => {
    const sending = await issueMeeting(fault, test);
    await deliverIssue(sending.pipeline, week);
    expect(await sending.report()).toMatchObject({
      status: 'held',
      heldReason: expect.stringMatching(reason),
      submitted: 0,
      rejected: 0,
      pending: readers,
    });
    sending.fake.faults.clear();
    must(await resumeIssue(sending.pipeline, week, { by: 'Ada' }));
    await deliverIssue(sending.pipeline, week);
    await expectEveryoneOnce(sending);
  });

  it('pauses the issue over the day’s quota, and goes on by itself after midnight', async (test) => {
    const sending = await issueMeeting(refusal(429, 'daily_quota_exceeded'), test);
    await deliverIssue(sending.pipeline, week);
    expect(await sending.report()).toMatchObject({ status: 'paused', pending: readers });
    sending.fake.faults.clear();
    await maintainIssues(at(sending.pipeline, '2026-11-24T12:00:00Z'));
    const nextDay = new Date(sending.pipeline.clock.now().getTime() + 25 * 3_600_000).toISOString();
    await maintainIssues(at(sending.pipeline, nextDay));
    await deliverIssue(sending.pipeline, week);
    await expectEveryoneOnce(sending);
  });

  it('never posts under a new key what was accepted with another body', async (test) => {
    const sending = await issueMeeting(refusal(409, 'invalid_idempotent_request'), test);
    await deliverIssue(sending.pipeline, week);
    expect(await sending.report()).toMatchObject({ status: 'held', unknown: readers, submitted: 0 });
    expect(sending.fake.accepted).toEqual([]);
  });
});
