import { z } from 'zod';
import type { Lookup, SentLog, SentPage } from '../../domain/sending/sent-log.ts';
import type { Answer, Ask } from './answer.ts';
import { type Account, ResendClient } from './client.ts';
import { redactedReason } from './message.ts';

/** The largest page that Resend allows (https://resend.com/docs/api-reference/emails/list-emails). */
const pageSize = 100;

const list = z.object({
  has_more: z.boolean(),
  data: z.array(
    z.object({
      id: z.string(),
      to: z.array(z.string()),
      subject: z.string().nullable(),
      created_at: z.coerce.date(),
    }),
  ),
});

const tagged = z.object({
  tags: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

/** Resend's list of sent emails. Needs an API key with full access. */
export function resendSentLog(account: Account, ask: Ask): SentLog {
  const client = new ResendClient(account);
  return {
    async page(next) {
      const options = { limit: pageSize, ...(next === null ? {} : { after: next }) };
      const answer = await ask((signal) => client.emails.list(options, { signal }));
      return read(answer, list, ({ data, has_more }): SentPage => {
        const emails = data.map((row) => ({ ...row, subject: row.subject ?? '', createdAt: row.created_at }));
        return { emails, next: has_more ? (emails.at(-1)?.id ?? null) : null };
      });
    },
    async tags(id) {
      const answer = await ask((signal) => client.emails.get(id, { signal }));
      return read(answer, tagged, ({ tags }) =>
        tags ? Object.fromEntries(tags.map(({ name, value }) => [name, value])) : null,
      );
    },
  };
}

function read<Schema extends z.ZodType, T>(
  answer: Answer,
  schema: Schema,
  value: (parsed: z.output<Schema>) => T,
): Lookup<T> {
  const { status, name, message, rate } = answer;
  if (status === null || status === 408 || status === 429 || status >= 500) {
    const reason = status === null ? 'Resend does not answer.' : `Resend answered ${status} ${name}.`;
    return { kind: 'again', reason, afterMs: rate.retryAfterMs };
  }
  if (name === 'restricted_api_key') {
    return {
      kind: 'refused',
      reason:
        'This RESEND_API_KEY may only send. To read the list of sent emails, use a key with full access.',
    };
  }
  const parsed = schema.safeParse(answer.data);
  if (status === 200 && parsed.success) return { kind: 'answer', value: value(parsed.data) };
  const words = status === 200 ? 'its answer cannot be read' : `${status} ${name} ${redactedReason(message)}`;
  return { kind: 'refused', reason: `Resend does not show what it sent: ${words.trim()}.` };
}
