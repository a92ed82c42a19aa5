import { leavePlaceholder } from '../domain/audience/leave-mailbox.ts';
import type { Envelope, Recipient, RenderedIssue } from '../domain/issue/rendered-issue.ts';
import {
  type Email,
  type EmailHead,
  type SharedEmail,
  type TemplatedEmail,
  wholeEmail,
} from '../domain/sending/email.ts';

export type Tags = Readonly<Record<string, string>>;

/**
 * Prepares an issue and returns a function that builds one reader's email, cheap enough to be called for every reader.
 * Pure. Throws when the placeholder is missing from html, text or the List-Unsubscribe header or appears in the
 * subject, when a token is not `[A-Za-z0-9_-]+`, and when a header would contain a line break.
 */
export function issueFiller(
  rendered: RenderedIssue,
  envelope: Envelope,
): (recipient: Recipient, tags: Tags) => Email {
  const fill = sharedFiller(rendered, envelope);
  return (recipient, tags) => wholeEmail(fill(recipient, tags));
}

/** The same for a batch: html and text are not joined per reader, so that a mailer can encode them once. */
export function sharedFiller(
  rendered: RenderedIssue,
  envelope: Envelope,
): (recipient: Recipient, tags: Tags) => SharedEmail {
  const { placeholder } = rendered;
  const head = headFiller(rendered, envelope);
  const shared = { html: rendered.html.split(placeholder), text: rendered.text.split(placeholder) };
  if (shared.html.length < 2) throw new Error('html: the reader placeholder is missing');
  if (shared.text.length < 2) throw new Error('text: the reader placeholder is missing');
  return (recipient, tags) => ({
    ...head(recipient, tags),
    shared,
    readerToken: recipient.readerToken,
  });
}

/** The same for template mode: html and text are already at the provider, and a reader takes a hundred bytes. */
export function templateFiller(
  rendered: RenderedIssue,
  envelope: Envelope,
  alias: string,
): (recipient: Recipient, tags: Tags) => TemplatedEmail {
  const head = headFiller(rendered, envelope);
  return (recipient, tags) => ({
    ...head(recipient, tags),
    template: { alias, readerToken: recipient.readerToken },
  });
}

function headFiller(
  rendered: RenderedIssue,
  envelope: Envelope,
): (recipient: Recipient, tags: Tags) => EmailHead {
  const { placeholder } = rendered;
  if (placeholder === '') throw new Error('the rendered issue has no placeholder');
  const forLeaving = leavePlaceholder(placeholder);
  const headers = Object.entries(envelope.headers).map(([name, value]) => {
    const [first = '', ...others] = requireOneLine(value, name).split(forLeaving);
    return {
      name: requireOneLine(name, 'header name'),
      first: first.split(placeholder),
      /** What follows each leave token. */
      others,
    };
  });
  if (!headers.some(({ name, first }) => name.toLowerCase() === 'list-unsubscribe' && first.length > 1))
    throw new Error('List-Unsubscribe: the reader placeholder is missing');
  const subject = requireOneLine(rendered.subject, 'subject');
  if (subject.includes(placeholder)) throw new Error('subject: the reader placeholder is not allowed here');
  const from = requireOneLine(envelope.from, 'from');
  const replyTo = envelope.replyTo === null ? null : requireOneLine(envelope.replyTo, 'reply-to');

  return (recipient, tags) => {
    const token = recipient.readerToken;
    if (!/^[A-Za-z0-9_-]+$/.test(token))
      throw new Error(`subscriber ${recipient.subscriberId}: not a reader token`);
    return {
      from,
      to: requireOneLine(recipient.email, 'to'),
      replyTo,
      subject,
      headers: Object.fromEntries(
        headers.map(({ name, first, others }) => {
          const start = first.join(token);
          return [name, others.length === 0 ? start : [start, ...others].join(leaveTokenOf(recipient))];
        }),
      ),
      tags,
    };
  };
}

function leaveTokenOf({ subscriberId, leaveToken }: Recipient): string {
  if (leaveToken === null) throw new Error(`subscriber ${subscriberId}: no token to leave by mail`);
  return leaveToken;
}

/** A line break in a header value would start another header. */
function requireOneLine(value: string, where: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error(`${where}: a header must not contain a line break`);
  return value;
}
