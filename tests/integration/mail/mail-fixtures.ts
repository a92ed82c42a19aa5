import { onTestFinished } from 'vitest';
import type { Email } from '../../../src/domain/sending/email.ts';
import type { EmailBatch } from '../../../src/domain/sending/mailer.ts';
import { type ResendMailer, type ResendOptions, resendMailer } from '../../../src/mail/resend/mailer.ts';
import type { FakeResend } from '../../support/fake-resend/fake-resend.ts';
import type { FakeResendOptions } from '../../support/fake-resend/options.ts';
import { startFakeResend } from '../../support/fake-resend/server.ts';

export const anEmail = (to: string, rest: Partial<Email> = {}): Email => ({
  from: 'Weekly Verdicts <news@news.example>',
  to,
  replyTo: 'editors@news.example',
  subject: 'Ship “Plumb” 🦉',
  html: `<p>Hello ${to}</p>`,
  text: `Hello ${to}`,
  headers: {
    'List-Unsubscribe': '<https://news.example/u/Zx9_-aBcDeFgHiJkLmNoPq>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  },
  tags: { issue: '7', batch: '1', delivery: to.replace(/[^A-Za-z0-9_-]/g, '_') },
  ...rest,
});

export const aBatch = (emails: readonly Email[]): EmailBatch => ({
  group: '2026-W48',
  date: new Date('2026-11-24T09:00:00Z'),
  emails,
});

export const readers = (count: number) =>
  Array.from({ length: count }, (_, index) => anEmail(`reader-${index + 1}@readers.example`));

/** A fake Resend server for one test, and a mailer that talks to it. */
export async function fakeAndMailer(
  options: FakeResendOptions = {},
  mailerOptions: Partial<ResendOptions> = {},
): Promise<{ fake: FakeResend; mailer: ResendMailer }> {
  const fake = await startFakeResend(options);
  onTestFinished(() => fake.close());
  return { fake, mailer: resendMailer({ apiKey: fake.apiKey, baseUrl: fake.url, ...mailerOptions }) };
}

export async function post(mailer: ResendMailer, emails: readonly Email[], key = 'issue-7-batch-1') {
  return (await mailer.prepare(aBatch(emails))).post(key);
}
