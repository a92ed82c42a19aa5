import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SharedEmail, wholeEmail } from '../../../../src/domain/sending/email.ts';
import { splice } from '../../../../src/mail/resend/batch-body.ts';
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

it('throws when the SDK leaves out a part of an email', () => {
  expect(() => splice('[{"to":"a@b.example"}]', emails(['a', 'b'], ['a', 'b'], ['t']))).toThrow(/left out/);
});
