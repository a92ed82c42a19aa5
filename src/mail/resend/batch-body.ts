import { randomUUID } from 'node:crypto';
import type { CreateBatchOptions } from 'resend';
import type { Email, SharedEmail, TemplatedEmail } from '../../domain/sending/email.ts';
import { readerVariable, subjectTemplate } from './template.ts';

type AnyEmail = Email | SharedEmail | TemplatedEmail;

/** Stand-ins for shared html and text in the SDK's JSON; random, so that no content can contain them. */
const marks = { html: `html-${randomUUID()}`, text: `text-${randomUUID()}` } as const;

/**
 * An email in the SDK's format. Keys must be camelCase, because the SDK silently drops all others. An email by template
 * leaves out html and text only: sender and subject stay here, where the ledger's hash covers them. Shared html and
 * text are marked for `splice`.
 */
export function toPayload(email: AnyEmail): CreateBatchOptions[number] {
  const common = {
    from: email.from,
    to: email.to,
    ...(email.replyTo === null ? {} : { replyTo: email.replyTo }),
    headers: { ...email.headers },
    tags: Object.entries(email.tags).map(([name, value]) => ({ name, value })),
  };
  if ('shared' in email) return { ...common, subject: email.subject, ...marks };
  if (!('template' in email))
    return { ...common, subject: email.subject, html: email.html, text: email.text };
  const { alias, readerToken } = email.template;
  return {
    ...common,
    subject: subjectTemplate(email.subject),
    template: { id: alias, variables: { [readerVariable]: readerToken } },
  };
}

const anyMark = new RegExp(`(${marks.html}|${marks.text})`);

/**
 * Replaces the marks in the SDK's JSON by the shared html and text and returns the body in pieces. The shared pieces
 * are escaped and encoded once per issue. Joined, the pieces are exactly the bytes that the SDK would write for whole
 * emails, but those 10 MB are never built.
 */
export function splice(json: string, emails: readonly AnyEmail[]): readonly Uint8Array[] {
  const shared = emails.filter((email) => 'shared' in email);
  const next = { [marks.html]: 0, [marks.text]: 0 };
  const pieces: Uint8Array[] = [];
  for (const part of json.split(anyMark)) {
    const index = next[part];
    if (index === undefined) {
      pieces.push(Buffer.from(part));
      continue;
    }
    next[part] = index + 1;
    const email = shared[index];
    if (email === undefined) throw new Error('the Resend SDK wrote a part of an email twice');
    const { html, text } = email.shared;
    const token = Buffer.from(email.readerToken);
    for (const [at, piece] of encoded(part === marks.html ? html : text).entries())
      pieces.push(...(at === 0 ? [piece] : [token, piece]));
  }
  if (Object.values(next).some((times) => times !== shared.length))
    throw new Error('the Resend SDK left out a part of an email');
  return pieces;
}

const encodings = new WeakMap<readonly string[], readonly Buffer[]>();

/** Each piece as it appears inside a JSON string. The token between them is ASCII, so no character is split. */
function encoded(pieces: readonly string[]): readonly Buffer[] {
  const known = encodings.get(pieces);
  if (known !== undefined) return known;
  const made = pieces.map((piece) => Buffer.from(JSON.stringify(piece).slice(1, -1)));
  encodings.set(pieces, made);
  return made;
}
