import { describe, expect, it } from 'vitest';
import { resendMailer } from '../../../src/mail/resend/mailer.ts';
import { badGateway, type Fault, internalError, unavailable } from '../../support/fake-resend/faults.ts';
import type { FakeResendOptions } from '../../support/fake-resend/options.ts';
import { anEmail, fakeAndMailer, post, readers } from './mail-fixtures.ts';

/** Posts three emails to a server with this fault. */
async function outcomeUnder(fault: Fault, options: FakeResendOptions = {}, timeoutMs = 5_000) {
  const { fake, mailer } = await fakeAndMailer(options, { timeoutMs });
  fake.faults.script([fault]);
  return { fake, mailer, outcome: await post(mailer, readers(3)) };
}

const error = (status: number, name: string, message = 'Some words.'): Fault => ({ status, name, message });

describe('200', () => {
  it('is a submission, with an id for each email', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const outcome = await post(mailer, readers(3));
    expect(outcome).toEqual({ kind: 'submitted', ids: fake.accepted.map(({ id }) => id), rejected: [] });
    expect(fake.accepted.map(({ to }) => to)).toEqual(readers(3).map(({ to }) => to));
  });

  it('with one bad address among 100 submits 99 and rejects that one', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const emails = readers(100).with(41, anEmail('ada.reader.example'));
    const outcome = await post(mailer, emails);
    if (outcome.kind !== 'submitted') throw new Error(outcome.kind);
    expect(outcome.rejected).toMatchObject([{ index: 41, aboutRecipient: true }]);
    expect(outcome.ids[41]).toBeNull();
    expect(fake.accepted).toHaveLength(99);
    for (const { id, to } of fake.accepted) expect(emails[outcome.ids.indexOf(id)]?.to).toBe(to);
  });

  it('rejects an address of a reserved domain', async () => {
    const { mailer } = await fakeAndMailer();
    expect(await post(mailer, [anEmail('ada@example.com')])).toMatchObject({
      kind: 'submitted',
      ids: [null],
      rejected: [{ index: 0, aboutRecipient: true }],
    });
  });

  it('holds the batch when the numbers do not add up', async () => {
    const { outcome } = await outcomeUnder({ status: 200, body: '{"data":[{"id":"only-one"}]}' });
    expect(outcome).toMatchObject({ kind: 'hold-batch' });
  });
});

describe('no readable answer is retried under the same key', () => {
  const ambiguous = { kind: 'retry', attempted: true };

  it('reset before acceptance', async () => {
    const { fake, outcome } = await outcomeUnder('reset-before');
    expect(outcome).toMatchObject(ambiguous);
    expect(fake.accepted).toEqual([]);
  });

  it.each<[string, Fault]>([
    ['reset after acceptance', 'reset-after'],
    ['a truncated answer', 'truncated'],
    ['a page in place of the answer', { status: 200, body: '<html>', accepted: true }],
    ['null in place of the answer', { status: 200, body: 'null', accepted: true }],
    ['500 after acceptance', { status: 500, accepted: true }],
  ])('%s: the second time returns the ids of the first', async (_what, fault) => {
    const { fake, mailer, outcome } = await outcomeUnder(fault);
    expect(outcome).toMatchObject(ambiguous);
    expect(await post(mailer, readers(3))).toMatchObject({
      kind: 'submitted',
      ids: fake.accepted.map(({ id }) => id),
    });
    expect(fake.accepted).toHaveLength(3);
  });

  it('a timeout, whether accepted or not', async () => {
    for (const fault of ['hang', 'hang-after'] as const) {
      const { outcome } = await outcomeUnder(fault, {}, 200);
      expect(outcome).toMatchObject({ ...ambiguous, reason: expect.stringContaining('no answer in time') });
    }
  });

  it('a refused connection', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await fake.close();
    expect(await post(mailer, readers(3))).toMatchObject(ambiguous);
  });

  it.each<[string, Fault]>([
    ['408', error(408, 'application_error')],
    ['500', internalError],
    ['500 without JSON', { status: 500, body: '' }],
    ['502 of a proxy', badGateway],
    ['503', unavailable],
    ['another server’s JSON', { status: 403, body: '{"error":"blocked"}' }],
  ])('%s', async (_what, fault) => {
    expect((await outcomeUnder(fault)).outcome).toMatchObject(ambiguous);
  });

  it('503 says when to retry', async () => {
    const { outcome } = await outcomeUnder({ status: 503, headers: { 'retry-after': '7' } });
    expect(outcome).toMatchObject({ ...ambiguous, afterMs: 7_000 });
  });
});

describe('429', () => {
  it('rate_limit_exceeded waits as long as the header says, and is not an attempt', async () => {
    const { fake, mailer } = await fakeAndMailer({ rateLimit: { limit: 1, windowMs: 3_000 }, now: () => 0 });
    await post(mailer, readers(1), 'first');
    expect(await post(mailer, readers(1), 'second')).toMatchObject({
      kind: 'retry',
      afterMs: 3_000,
      attempted: false,
    });
    fake.advance(3_000);
    expect(await post(mailer, readers(1), 'second')).toMatchObject({ kind: 'submitted' });
  });

  it('without a header leaves the wait to the pipeline', async () => {
    const { outcome } = await outcomeUnder(error(429, 'rate_limit_exceeded'));
    expect(outcome).toMatchObject({ kind: 'retry', afterMs: null, attempted: false });
  });

  it('daily_quota_exceeded pauses the issue until midnight UTC', async () => {
    const now = () => Date.parse('2026-11-24T20:00:00Z');
    const { fake, mailer } = await fakeAndMailer({ quota: { daily: 100 }, now });
    expect(await post(mailer, readers(60), 'first')).toMatchObject({ kind: 'submitted' });
    const outcome = await post(mailer, readers(60), 'second');
    expect(outcome).toMatchObject({ kind: 'pause-issue', afterMs: 4 * 3_600_000 + 60_000 });
    fake.advance(4 * 3_600_000 + 60_000);
    expect(await post(mailer, readers(60), 'second')).toMatchObject({ kind: 'submitted' });
  });

  it('monthly_quota_exceeded holds the issue', async () => {
    const { mailer } = await fakeAndMailer({ quota: { monthly: 2 } });
    expect(await post(mailer, readers(3))).toMatchObject({ kind: 'hold-issue', attempted: false });
  });
});

describe('409', () => {
  it('concurrent_idempotent_requests is retried, then returns the first answer', async () => {
    const { fake, mailer } = await fakeAndMailer();
    fake.faults.script([{ slowMs: 1_000 }, null]);
    const first = post(mailer, readers(3));
    await expect.poll(() => fake.requests.length).toBe(1);
    expect(await post(mailer, readers(3))).toMatchObject({ kind: 'retry', attempted: true });
    expect(await post(mailer, readers(3))).toMatchObject({ kind: 'retry' });
    const submitted = await first;
    expect(await post(mailer, readers(3))).toEqual(submitted);
    expect(fake.accepted).toHaveLength(3);
  });

  it('resource_locked is retried', async () => {
    const { outcome } = await outcomeUnder(error(409, 'resource_locked'));
    expect(outcome).toMatchObject({ kind: 'retry', attempted: true });
  });

  it('invalid_idempotent_request is unknown, because the first request was accepted', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await post(mailer, readers(3));
    expect(await post(mailer, readers(2))).toMatchObject({ kind: 'unknown' });
    expect(fake.accepted).toHaveLength(3);
  });
});

describe('401 and 403 hold the issue and name the setting', () => {
  const names = (setting: string) => ({
    kind: 'hold-issue',
    attempted: false,
    reason: expect.stringContaining(setting),
  });

  it.each<[string, string, FakeResendOptions, string]>([
    ['an unknown key', 're_other', {}, 'RESEND_API_KEY'],
    [
      'an inactive key',
      'k',
      { keys: { k: { permission: 'full_access', state: 'inactive' } } },
      'RESEND_API_KEY',
    ],
    ['a suspended key', 'k', { keys: { k: { permission: 'full_access', state: 'suspended' } } }, 'account'],
    [
      'an unverified sender',
      're_test_full',
      { domains: [{ name: 'news.example', status: 'pending' }] },
      'MAIL_FROM',
    ],
  ])('%s', async (_what, apiKey, options, setting) => {
    const { fake } = await fakeAndMailer(options);
    const outcome = await post(resendMailer({ apiKey, baseUrl: fake.url }), readers(3));
    expect(outcome).toMatchObject(names(setting));
    expect(JSON.stringify(outcome)).not.toContain(apiKey === 'k' ? 're_' : apiKey);
  });

  it('an error from something in front of the API', async () => {
    const { outcome } = await outcomeUnder({ status: 403, body: 'error code: 1010' });
    expect(outcome).toMatchObject(names('RESEND_BASE_URL'));
  });

  it('a key that may only send is enough for a batch', async () => {
    const { fake } = await fakeAndMailer();
    expect(
      await post(resendMailer({ apiKey: 're_test_sending', baseUrl: fake.url }), readers(1)),
    ).toMatchObject({
      kind: 'submitted',
    });
  });
});

describe('a wrong RESEND_BASE_URL', () => {
  it('is named after a 404', async () => {
    const { fake } = await fakeAndMailer();
    const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: `${fake.url}/v9` });
    expect(await post(mailer, readers(3))).toMatchObject({
      kind: 'hold-issue',
      reason: expect.stringContaining('RESEND_BASE_URL'),
    });
  });

  it('is named after a redirect, which is not followed', async () => {
    const { fake, outcome } = await outcomeUnder({
      status: 301,
      body: '',
      headers: { location: '/domains' },
    });
    expect(outcome).toMatchObject({ kind: 'hold-issue', reason: expect.stringContaining('RESEND_BASE_URL') });
    expect(fake.requests).toHaveLength(1);
  });

  it('may end with a slash', async () => {
    const { fake } = await fakeAndMailer();
    const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: `${fake.url}/` });
    expect(await post(mailer, readers(3))).toMatchObject({ kind: 'submitted' });
  });
});

describe('a refusal of the whole request', () => {
  it('413 splits the batch and blames no recipient', async () => {
    const { fake, mailer } = await fakeAndMailer({ maxBodyBytes: 2_000 });
    expect(await post(mailer, readers(10))).toMatchObject({ kind: 'refused', aboutRecipient: false });
    expect(await post(mailer, readers(2), 'half')).toMatchObject({ kind: 'submitted' });
    expect(fake.accepted).toHaveLength(2);
  });

  it.each([400, 422, 451])('%i splits the batch', async (status) => {
    const { outcome } = await outcomeUnder(error(status, 'validation_error', 'Something is wrong.'));
    expect(outcome).toMatchObject({ kind: 'refused', aboutRecipient: false });
  });

  it('422 may be about the recipient', async () => {
    const { outcome } = await outcomeUnder(
      error(422, 'validation_error', 'Invalid `to` field. Got: ada@r.example'),
    );
    expect(outcome).toMatchObject({ kind: 'refused', aboutRecipient: true });
  });

  it('400 invalid_idempotency_key holds the issue', async () => {
    const { mailer } = await fakeAndMailer();
    expect(await post(mailer, readers(1), 'k'.repeat(257))).toMatchObject({ kind: 'hold-issue' });
  });
});

it.each([200, 400, 401, 403, 409, 413, 422, 429, 500, 503])('stores no address from a %i', async (status) => {
  const message = 'Bad: Ada <ada.lovelace@reader.example>, `bob+x@b.example`';
  const { fake, mailer } = await fakeAndMailer();
  fake.faults.script([
    status === 200
      ? { status, body: JSON.stringify({ data: [], errors: [{ index: 0, message }] }) }
      : error(status, 'validation_error', message),
  ]);
  const outcome = await post(mailer, readers(1));
  expect(JSON.stringify(outcome)).not.toMatch(/@|lovelace|bob/);
});
