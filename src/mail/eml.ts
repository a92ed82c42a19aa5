import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { Email } from '../domain/sending/email.ts';

/**
 * An email as RFC 5322 bytes. The same email and date give the same bytes, because a retry is compared with the first
 * attempt by hash: boundary and Message-ID are derived from the content.
 */
export function toEml(email: Email, date: Date): Promise<Buffer> {
  const identity = createHash('sha256').update(JSON.stringify(email)).digest('hex').slice(0, 32);
  const mail = new MailComposer({
    from: email.from,
    to: { name: '', address: email.to },
    ...(email.replyTo === null ? {} : { replyTo: email.replyTo }),
    subject: email.subject,
    text: email.text,
    html: email.html,
    headers: Object.entries({ ...email.headers, ...tagHeader(email) }).map(([key, value]) => ({
      key,
      value: unencoded(value),
    })),
    date,
    messageId: `<${identity}@outbox.invalid>`,
    baseBoundary: identity,
    textEncoding: 'quoted-printable',
    // Strict parsers reject bare line feeds in the body (RFC 5322 section 2.3).
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

/** Nodemailer would encode quotes and brackets, which structured headers such as List-Id do not allow. */
function unencoded(value: string): string | { prepared: true; foldLines: true; value: string } {
  return /^[\x20-\x7e]*$/.test(value) ? { prepared: true, foldLines: true, value } : value;
}

function tagHeader({ tags }: Email): Record<string, string> {
  const pairs = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? {} : { 'X-Tags': pairs.join('; ') };
}
