import type { Account } from '../account.ts';
import { ApiError, invalid } from '../api-error.ts';
import type { CheckedEmail, EmailItem, Tag } from '../types.ts';
import { fill } from './template.ts';

/** Checks one email and fills in its template. Throws the first error. */
export function checkEmail(account: Account, item: EmailItem): CheckedEmail {
  if (typeof item !== 'object' || item === null) throw invalid('An email must be an object.');
  const used = account.templates.resolve(item);
  const from = item.from ?? used?.template.from;
  if (from === undefined || from === null) throw invalid('Missing `from` field.');
  checkSenderDomain(account, parseAddress('from', from));
  const to = listOf(item.to);
  if (to.length === 0) throw invalid('Missing `to` field.');
  if (to.length > 50) throw invalid('The `to` field must have at most 50 items.');
  for (const recipient of to) rejectTestDomains(parseAddress('to', recipient));
  const replyTo = listOf(item.reply_to);
  for (const address of replyTo) parseAddress('reply_to', address);
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
    headers: checkHeaders(item.headers),
    tags: checkTags(item.tags),
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

function checkHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined) return {};
  const entries = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  for (const [name, value] of entries) {
    if (!/^[A-Za-z0-9-]+$/.test(name) || typeof value !== 'string' || /[\r\n]/.test(value)) {
      throw invalid('The `headers` field must hold one line a header.');
    }
  }
  return headers as Record<string, string>;
}

function checkSenderDomain({ settings }: Account, from: string): void {
  const name = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  const domain = settings.domains?.find((candidate) => candidate.name === name);
  if (settings.domains === null || domain?.status === 'verified') return;
  throw new ApiError(
    403,
    'validation_error',
    `The ${name} domain is not verified. Please, add and verify your domain on https://resend.com/domains`,
  );
}

const address = /^[^\s<>@,;"]+@[^\s<>@,;".]+(\.[^\s<>@,;".]+)+$/;

/** Returns the bare address of `email@example.com` or `Name <email@example.com>`. */
function parseAddress(field: string, value: unknown): string {
  const bare = typeof value === 'string' ? (/^[^<>\r\n]*<([^<>]*)>$/.exec(value)?.[1] ?? value) : '';
  if (!address.test(bare)) {
    throw invalid(
      `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format. Got: ${String(value)}`,
    );
  }
  return bare;
}

/** Domains where nobody receives mail (resend.com/docs/knowledge-base/what-email-addresses-to-use-for-testing). */
function rejectTestDomains(recipient: string): void {
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
  if (domain === 'example.com' || domain === 'test.com') {
    throw invalid(
      `Invalid \`to\` field. Please use our testing email address instead of domains like \`${domain}\`.`,
    );
  }
}

/** ASCII letters, digits, underscores and dashes, at most 256 characters (OpenAPI: Tag). */
function checkTags(tags: unknown): readonly Tag[] {
  if (tags === undefined) return [];
  if (!Array.isArray(tags)) throw invalid('The `tags` field must be an array.');
  for (const tag of tags) {
    for (const part of [tag?.name, tag?.value]) {
      if (typeof part !== 'string' || !/^[A-Za-z0-9_-]{1,256}$/.test(part)) {
        throw invalid('Tags should only contain ASCII letters, numbers, underscores, or dashes.');
      }
    }
  }
  return tags;
}
