import { describe, expect, it } from 'vitest';
import { type Answer, readRateHeaders } from '../../../../src/mail/resend/answer.ts';
import { outcomeOf } from '../../../../src/mail/resend/outcome-of.ts';

const answer = (status: number | null, rest: Partial<Answer> = {}): Answer => ({
  status,
  name: '',
  message: '',
  data: null,
  at: null,
  rate: readRateHeaders(null),
  timedOut: false,
  ...rest,
});

const refusal = (status: number, message: string, name = 'validation_error') =>
  outcomeOf(answer(status, { name, message }), 2);

const ids = (...names: string[]) => names.map((id) => ({ id }));

describe('a success', () => {
  it('gives each accepted email its id, in order', () => {
    expect(outcomeOf(answer(200, { data: { data: ids('a', 'b') } }), 2)).toEqual({
      kind: 'submitted',
      ids: ['a', 'b'],
      rejected: [],
    });
  });

  it('leaves out the rejected emails when it assigns ids', () => {
    const data = {
      data: ids('a', 'c', 'e'),
      errors: [
        { index: 3, message: 'Invalid `to` field.' },
        { index: 1, message: 'The subject is too long.' },
      ],
    };
    expect(outcomeOf(answer(200, { data }), 5)).toEqual({
      kind: 'submitted',
      ids: ['a', null, 'c', null, 'e'],
      rejected: [
        { index: 1, reason: 'The subject is too long.', aboutRecipient: false },
        { index: 3, reason: 'Invalid `to` field.', aboutRecipient: true },
      ],
    });
  });

  it.each([
    ['too few ids', { data: ids('a') }],
    ['too many ids', { data: ids('a', 'b', 'c') }],
    ['the same id twice', { data: ids('a', 'a') }],
    ['an index beyond the batch', { data: ids('a'), errors: [{ index: 2, message: 'x' }] }],
    [
      'the same index twice',
      {
        data: [],
        errors: [
          { index: 0, message: 'x' },
          { index: 0, message: 'y' },
        ],
      },
    ],
    ['an id with a space', { data: ids('a', 'b c') }],
    ['an id that is not text', { data: [{ id: 'a' }, { id: 7 }] }],
    ['another shape', { emails: [] }],
    ['text', 'ok'],
  ])('holds the batch if the answer has %s', (_what, data) => {
    expect(outcomeOf(answer(200, { data }), 2)).toMatchObject({ kind: 'hold-batch' });
  });

  it('holds the batch with figures and what to do', () => {
    const reason = (data: unknown) => outcomeOf(answer(200, { data }), 2);
    expect(reason('ok')).toMatchObject({
      reason:
        'Resend accepted the request, but its answer is not in the documented format. Search for the batch by its tags at Resend.',
    });
    expect(reason({ data: ids('a') })).toMatchObject({
      reason:
        "Resend's answer does not add up: 2 posted, 1 id(s), 0 error(s). Search for the batch by its tags at Resend.",
    });
  });

  it('says so where a rejection has no reason', () => {
    const data = { data: ids('a'), errors: [{ index: 1, message: ' ' }] };
    expect(outcomeOf(answer(200, { data }), 2)).toMatchObject({
      rejected: [{ index: 1, reason: 'Resend gave no reason.' }],
    });
  });
});

describe('a refusal', () => {
  it.each([
    'Invalid `to` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.',
    'Invalid `to` field. Please use our testing email address instead of domains like `example.com`.',
    'Invalid `to` field. Got: template.variable@reader.example',
    'The recipient is on the suppression list',
    '[3].to: invalid email',
  ])('is about the recipient: %s', (message) => {
    expect(refusal(422, message)).toMatchObject({ kind: 'refused', aboutRecipient: true });
  });

  it.each([
    ['Invalid `from` field. The email address needs to follow the `email@example.com` format.', 'MAIL_FROM'],
    ['The news.example domain is not verified.', 'MAIL_FROM'],
    ['Invalid `reply_to` field.', 'MAIL_REPLY_TO'],
    ['API key is invalid', 'RESEND_API_KEY'],
    ['Template not found', 'RESEND_DELIVERY'],
    ['Missing value for the template variable READER.', 'RESEND_DELIVERY'],
  ])('is about a setting: %s', (message, setting) => {
    expect(refusal(422, message)).toMatchObject({ kind: 'hold-issue', attempted: false });
    expect(refusal(422, message)).toMatchObject({ reason: expect.stringContaining(setting) });
  });

  it.each(['Something is wrong.', 'Unable to accept this', 'Invalid `subject` field.', ''])(
    'is unclear: %s',
    (message) => expect(refusal(422, message)).toMatchObject({ kind: 'refused', aboutRecipient: false }),
  );

  it('is about the sender when the account may only write to its owner', () => {
    const message =
      'You can only send testing emails to your own email address (me@owner.example). To send emails to other recipients, please verify a domain at resend.com/domains, and change the `from` address to an email using this domain.';
    expect(refusal(403, message)).toMatchObject({
      kind: 'hold-issue',
      reason: expect.stringContaining('MAIL_FROM'),
    });
    expect(refusal(422, message)).toMatchObject({
      kind: 'hold-issue',
      reason: expect.stringContaining('MAIL_FROM'),
    });
  });
});

describe('a reason', () => {
  it.each([200, 401, 409, 422, 429, 500])('tells no address that an answer of %i repeats', (status) => {
    const message = 'Not for ada@reader.example today';
    const data = { data: ids('a'), errors: [{ index: 0, message }] };
    const outcome = outcomeOf(answer(status, { name: 'validation_error', message, data }), 2);
    expect(JSON.stringify(outcome)).toContain('Not for [address] today');
  });
});

describe('every status', () => {
  it('has an outcome', () => {
    for (let status = 100; status < 700; status += 1) {
      for (const name of ['', 'validation_error', 'application_error', 'unknown_error']) {
        expect(outcomeOf(answer(status, { name }), 2).kind).toBeTypeOf('string');
      }
    }
  });

  it('is ambiguous from 500 on, and when there is none', () => {
    for (const status of [null, 408, 425, 500, 502, 503, 504, 520, 599]) {
      expect(outcomeOf(answer(status), 2)).toMatchObject({ kind: 'retry', attempted: true });
    }
  });

  it('is never a success if it is a 4xx', () => {
    for (let status = 400; status < 500; status += 1) {
      expect(outcomeOf(answer(status, { data: { data: ids('a', 'b') } }), 2).kind).not.toBe('submitted');
    }
  });
});

describe('too many requests', () => {
  const limited = (headers: Record<string, string>) =>
    outcomeOf(answer(429, { name: 'rate_limit_exceeded', rate: readRateHeaders(headers) }), 2);

  it.each([
    ['as long as the answer says', { 'retry-after': '3', 'ratelimit-reset': '1' }, 3_000],
    ['until the window ends, if it says only that', { 'ratelimit-reset': '2' }, 2_000],
    ['as long as we think fit, if it says nothing', {}, null],
  ])('wait %s, and the attempt does not count', (_, headers, afterMs) => {
    expect(limited(headers)).toMatchObject({ kind: 'retry', attempted: false, afterMs });
  });
});

describe('the daily quota', () => {
  const quota = (at: Date | null) => outcomeOf(answer(429, { name: 'daily_quota_exceeded', at }), 2);

  it('pauses the issue until a minute after midnight UTC, by the provider’s clock', () => {
    expect(quota(new Date('2026-11-22T23:30:00Z'))).toMatchObject({
      kind: 'pause-issue',
      afterMs: 31 * 60_000,
    });
    expect(quota(new Date('2026-11-22T00:00:00Z'))).toMatchObject({ afterMs: 24 * 3_600_000 + 60_000 });
  });

  it('pauses the issue for an hour when the answer has no date', () => {
    expect(quota(null)).toMatchObject({ kind: 'pause-issue', afterMs: 3_600_000 });
  });
});
