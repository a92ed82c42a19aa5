import type { CreateBatchOptions } from 'resend';
import type { Email, SharedEmail, TemplatedEmail } from '../../domain/sending/email.ts';
import { marks } from './splice.ts';
import { readerVariable, subjectTemplate } from './template-syntax.ts';

type Item = CreateBatchOptions[number];

/**
 * An email as the SDK takes it: camelCase only, since it drops other keys without a word. With a template only
 * html and text are left out: sender and subject stay here, where the ledger's hash covers them. What emails
 * share is marked, for `splice`.
 */
export function toPayload(email: Email | SharedEmail | TemplatedEmail): Item {
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
