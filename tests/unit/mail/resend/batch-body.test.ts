import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SharedEmail, wholeEmail } from '../../../../src/domain/sending/email.ts';
import { splice, toPayload } from '../../../../src/mail/resend/batch-body.ts';
import { resendMailer } from '../../../../src/mail/resend/mailer.ts';

const mailer = resendMailer({ apiKey: 're_test' });
const date = new Date('2026-11-24T09:00:00Z');

const pieces = fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 2, maxLength: 4 });
const token = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/);

function emails(html: readonly string[], text: readonly string[], tokens: readonly string[]): SharedEmail[] {
  const shared = { html, text };
  return tokens.map((readerToken, index) => ({
    from: 'Weekly Verdicts <news@news.example>',
    to: `reader-${index}@readers.example`,
    replyTo: null,
    subject: 'Ship “Plumb” 🦉',
    headers: { 'List-Unsubscribe': `<https://news.example/u/${readerToken}>` },
    tags: { delivery: String(index) },
    shared,
    readerToken,
  }));
}

it('builds the same bytes from emails that share their content as from whole emails', async () => {
  await fc.assert(
    fc.asyncProperty(
      pieces,
      pieces,
      fc.array(token, { minLength: 1, maxLength: 3 }),
      async (html, text, tokens) => {
        const shared = emails(html, text, tokens);
        const spliced = await mailer.prepare({ group: 'g', date, emails: shared });
        const whole = await mailer.prepare({ group: 'g', date, emails: shared.map(wholeEmail) });
        expect(spliced.sha256).toBe(whole.sha256);
      },
    ),
    { numRuns: 200 },
  );
});

it.each(['html', 'text'] as const)('throws when the SDK leaves out the %s of an email', (part) => {
  const shared = emails(['a', 'b'], ['a', 'b'], ['t']);
  const { [part]: _, ...payload } = { html: '', text: '', ...shared.map(toPayload)[0] };
  expect(() => splice(JSON.stringify([payload]), shared)).toThrow(/left out/);
});

it('throws when the SDK writes an email twice', () => {
  const shared = emails(['a', 'b'], ['a', 'b'], ['t']);
  const payload = shared.map(toPayload);
  expect(() => splice(JSON.stringify([payload, payload]), shared)).toThrow(/twice/);
});

describe('the payload', () => {
  const head = {
    from: 'news@news.example',
    to: 'ada@reader.example',
    replyTo: 'desk@news.example',
    subject: 'Ship {{{it}}}',
    headers: { 'List-Id': '<a.b>' },
    tags: { issue: '7', delivery: '3' },
  };
  const common = {
    ...head,
    tags: [
      { name: 'issue', value: '7' },
      { name: 'delivery', value: '3' },
    ],
  };

  it('of a whole email has its html and text', () => {
    expect(toPayload({ ...head, html: '<p>x</p>', text: 'x' })).toEqual({
      ...common,
      html: '<p>x</p>',
      text: 'x',
    });
  });

  it('of an email by template has the reader’s token, and braces in its subject kept apart', () => {
    expect(toPayload({ ...head, template: { alias: 'verdicts-1', readerToken: 'T' } })).toEqual({
      ...common,
      subject: 'Ship {{\u2060{it}}}',
      template: { id: 'verdicts-1', variables: { READER: 'T' } },
    });
  });

  it('has no reply-to where none is set', () => {
    expect(toPayload({ ...head, replyTo: null, html: '', text: '' })).not.toHaveProperty('replyTo');
  });
});
