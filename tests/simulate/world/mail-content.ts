import { createHash } from 'node:crypto';
import type { Email, SharedEmail, TemplatedEmail } from '../../../src/domain/sending/email.ts';
import type { TemplateSource } from '../../../src/domain/sending/mailer.ts';

export type AnyEmail = Email | SharedEmail | TemplatedEmail;

export interface Content {
  readonly html: string;
  readonly text: string;
}

/** What a mail says; of an issue's, what all readers have in common, which is enough to see what it says. */
export function contentOf(email: AnyEmail, templates: ReadonlyMap<string, TemplateSource>): Content {
  if ('html' in email) return { html: email.html, text: email.text };
  if ('shared' in email) return joined(email).content;
  const source = templates.get(email.template.alias);
  if (source === undefined) throw new Error(`no template ${email.template.alias}`);
  return { html: source.html, text: source.text };
}

/** Of all that a request says. */
export function hashOf(emails: readonly AnyEmail[]): string {
  const hash = createHash('sha256');
  for (const email of emails) {
    const { from, to, replyTo, subject, headers, tags } = email;
    hash.update(JSON.stringify([from, to, replyTo, subject, headers, tags, bodyOf(email)]));
  }
  return hash.digest('hex');
}

function bodyOf(email: AnyEmail): unknown {
  if ('html' in email) return [email.html, email.text];
  if ('shared' in email) return [joined(email).sha256, email.readerToken];
  return email.template;
}

/** A batch shares its pieces, so they are joined and hashed once. */
const known = new WeakMap<object, { content: Content; sha256: string }>();

function joined({ shared }: SharedEmail): { content: Content; sha256: string } {
  const before = known.get(shared);
  if (before !== undefined) return before;
  const content = { html: shared.html.join(''), text: shared.text.join('') };
  const made = { content, sha256: createHash('sha256').update(JSON.stringify(content)).digest('hex') };
  known.set(shared, made);
  return made;
}
