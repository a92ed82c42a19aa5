import type { Account } from '../account.ts';
import { ApiRefusal, invalid } from '../api-refusal.ts';
import { fill } from '../substitute.ts';
import type { CheckedEmail, EmailItem } from '../types.ts';
import { needAddress, refuseTestDomains } from './address.ts';
import { needTags } from './tags.ts';

/** Every check of one email; throws the first that fails. */
export function checkEmail(account: Account, item: EmailItem): CheckedEmail {
  if (typeof item !== 'object' || item === null) throw invalid('An email must be an object.');
  const used = account.templates.resolve(item);
  const from = item.from ?? used?.template.from;
  if (from === undefined || from === null) throw invalid('Missing `from` field.');
  needVerifiedDomain(account, needAddress('from', from));
  const to = listOf(item.to);
  if (to.length === 0) throw invalid('Missing `to` field.');
  if (to.length > 50) throw invalid('The `to` field must have at most 50 items.');
  for (const recipient of to) refuseTestDomains(needAddress('to', recipient));
  const replyTo = listOf(item.reply_to);
  for (const address of replyTo) needAddress('reply_to', address);
  const subject = item.subject ?? used?.template.subject;
  if (typeof subject !== 'string') throw invalid('Missing `subject` field.');
  const html = text(item.html ?? used?.template.html);
  const plain = text(item.text ?? used?.template.text);
  if (html === null && plain === null) throw invalid('Missing `html` or `text` field.');
  const filled = used === null ? (part: string) => part : (part: string) => fill(part, used.values);
  return {
    from: String(from),
    to: to as string[],
    subject: filled(subject),
    html: html === null ? null : filled(html),
    text: plain === null ? null : filled(plain),
    replyTo: replyTo as string[],
    headers: needHeaders(item.headers),
    tags: needTags(item.tags),
    templateId: used?.template.id ?? null,
  };
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid('The `html` and `text` fields must be strings.');
  return value;
}

function needHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined) return {};
  const entries = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  for (const [name, value] of entries) {
    if (!/^[A-Za-z0-9-]+$/.test(name) || typeof value !== 'string' || /[\r\n]/.test(value)) {
      throw invalid('The `headers` field must hold one line a header.');
    }
  }
  return headers as Record<string, string>;
}

function needVerifiedDomain({ settings }: Account, from: string): void {
  const name = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  const domain = settings.domains?.find((candidate) => candidate.name === name);
  if (settings.domains === null || domain?.status === 'verified') return;
  throw new ApiRefusal(
    403,
    'validation_error',
    `The ${name} domain is not verified. Please, add and verify your domain on https://resend.com/domains`,
  );
}
