import type { Account } from '../account.ts';
import { invalid, notFound } from '../api-error.ts';
import type { Accepted, ApiAnswer, ApiRequest } from '../types.ts';

/** GET /emails: newest first, 1 to 100 a page. */
export function listEmails(account: Account, { query }: ApiRequest): ApiAnswer {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalid('The `limit` must be between 1 and 100.');
  const cursor = { after: query.get('after'), before: query.get('before') };
  if (cursor.after !== null && cursor.before !== null) throw invalid('Use either `after` or `before`.');
  const { data, hasMore } = account.sent.page(limit, cursor);
  return { status: 200, json: { object: 'list', has_more: hasMore, data: data.map(row) } };
}

/** GET /emails/:id */
export function getEmail(account: Account, id: string): ApiAnswer {
  const sent = account.sent.find(id);
  if (sent === undefined) throw notFound('Email not found');
  const { email } = sent;
  const json = {
    object: 'email',
    ...row(sent),
    html: email?.html ?? null,
    text: email?.text ?? null,
    tags: email?.tags ?? [],
  };
  return { status: 200, json };
}

const row = ({ id, to, at, email }: Accepted) => ({
  id,
  to: email?.to ?? [to],
  from: email?.from ?? null,
  subject: email?.subject ?? null,
  reply_to: email?.replyTo ?? null,
  created_at: new Date(at).toISOString(),
  last_event: 'sent',
});
