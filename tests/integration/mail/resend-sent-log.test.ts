import { describe, expect, it } from 'vitest';
import type { Fault } from '../../support/fake-resend/faults.ts';
import type { FakeResendOptions } from '../../support/fake-resend/options.ts';
import { anEmail, fakeAndMailer, post, readers } from './mail-fixtures.ts';

/** What the list and the tags of one email are under each of these faults. */
async function lookUp(fault: Fault | null, options: FakeResendOptions = {}, apiKey?: string) {
  const { fake, mailer } = await fakeAndMailer(options, { timeoutMs: 2_000, ...(apiKey ? { apiKey } : {}) });
  fake.faults.script([fault, fault]);
  return [await mailer.sentLog.page(null), await mailer.sentLog.tags('some-id')] as const;
}

describe('the list of sent emails', () => {
  it('has recipients, subject and time, newest first', async () => {
    const at = Date.UTC(2026, 10, 24, 9);
    const { fake, mailer } = await fakeAndMailer({ now: () => at });
    await post(mailer, [anEmail('ada@readers.example'), anEmail('bo@readers.example')]);
    expect(await mailer.sentLog.page(null)).toMatchObject({
      kind: 'answer',
      value: {
        emails: [
          { id: fake.accepted[1]?.id, to: ['bo@readers.example'], createdAt: new Date(at) },
          { id: fake.accepted[0]?.id, to: ['ada@readers.example'], subject: 'Ship “Plumb” 🦉' },
        ],
        next: null,
      },
    });
  });

  it('comes in pages of a hundred, each after the last', async () => {
    const { mailer } = await fakeAndMailer();
    await post(mailer, readers(100), 'a');
    await post(mailer, readers(30), 'b');
    const first = await mailer.sentLog.page(null);
    if (first.kind !== 'answer') throw new Error(first.reason);
    expect(first.value.emails).toHaveLength(100);
    expect(first.value.next).toBe(first.value.emails[99]?.id);
    const second = await mailer.sentLog.page(first.value.next);
    if (second.kind !== 'answer') throw new Error(second.reason);
    expect(second.value.emails).toHaveLength(30);
    expect(second.value.next).toBeNull();
    expect(new Set([...first.value.emails, ...second.value.emails].map(({ id }) => id)).size).toBe(130);
  });

  it('is empty when nothing was sent, and has an empty subject where Resend lists none', async () => {
    const none = await fakeAndMailer();
    expect(await none.mailer.sentLog.page(null)).toEqual({
      kind: 'answer',
      value: { emails: [], next: null },
    });
    const brief = await fakeAndMailer({ keep: 'brief' });
    await post(brief.mailer, readers(1));
    expect(await brief.mailer.sentLog.page(null)).toMatchObject({ value: { emails: [{ subject: '' }] } });
  });
});

describe('the tags of a sent email', () => {
  it('are those that it was posted with', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await post(mailer, readers(1));
    const tags = { issue: '7', batch: '1', delivery: 'reader-1_readers_example' };
    expect(await mailer.sentLog.tags(fake.accepted[0]?.id ?? '')).toEqual({ kind: 'answer', value: tags });
  });

  it('are missing where Resend does not list them', async () => {
    const { fake, mailer } = await fakeAndMailer();
    for (const body of ['{}', '{"tags":null}']) {
      fake.faults.script([{ status: 200, body }]);
      expect(await mailer.sentLog.tags('some-id')).toEqual({ kind: 'answer', value: null });
    }
  });
});

describe('a look-up', () => {
  it.each<[string, Fault, string, number | null]>([
    ['no answer', 'reset-before', 'Resend does not answer.', null],
    ['408', { status: 408, name: 'timeout' }, 'Resend answered 408 timeout.', null],
    [
      '429',
      { status: 429, name: 'rate_limit_exceeded', headers: { 'retry-after': '2' } },
      'Resend answered 429 rate_limit_exceeded.',
      2_000,
    ],
    ['500', { status: 500, name: 'application_error' }, 'Resend answered 500 application_error.', null],
    [
      '503',
      { status: 503, name: 'service_unavailable', headers: { 'retry-after': '5' } },
      'Resend answered 503 service_unavailable.',
      5_000,
    ],
  ])('is made again after %s', async (_, fault, reason, afterMs) => {
    const again = { kind: 'again', reason, afterMs };
    expect(await lookUp(fault)).toEqual([again, again]);
  });

  it('is made again when no answer comes in time', async () => {
    const { fake, mailer } = await fakeAndMailer({}, { timeoutMs: 200 });
    fake.faults.script(['hang', 'hang']);
    const again = { kind: 'again', reason: 'Resend does not answer.', afterMs: null };
    expect([await mailer.sentLog.page(null), await mailer.sentLog.tags('some-id')]).toEqual([again, again]);
  }, 20_000);

  it('names the key that may only send', async () => {
    const refused = {
      kind: 'refused',
      reason:
        'This RESEND_API_KEY may only send. To read the list of sent emails, use a key with full access.',
    };
    expect(await lookUp(null, {}, 're_test_sending')).toEqual([refused, refused]);
  });

  it('is refused with what Resend says, without addresses', async () => {
    const fault = { status: 422, name: 'validation_error', message: 'No ada@reader.example here' };
    const refused = {
      kind: 'refused',
      reason: 'Resend does not show what it sent: 422 validation_error No [address] here.',
    };
    expect(await lookUp(fault)).toEqual([refused, refused]);
    const wordless = { kind: 'refused', reason: 'Resend does not show what it sent: 422 validation_error.' };
    expect(await lookUp({ ...fault, message: ' ' })).toEqual([wordless, wordless]);
  });

  it.each(['{"data":[{}],"tags":[{}]}', '[]'])(
    'is refused when the answer cannot be read: %s',
    async (body) => {
      const refused = {
        kind: 'refused',
        reason: 'Resend does not show what it sent: its answer cannot be read.',
      };
      expect(await lookUp({ status: 200, body })).toEqual([refused, refused]);
    },
  );
});
