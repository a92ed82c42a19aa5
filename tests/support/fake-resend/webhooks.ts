import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Accepted } from './types.ts';

export const webhookSecret = `whsec_${Buffer.from('the secret of the fake server').toString('base64')}`;

export interface SignedEvent {
  readonly body: string;
  readonly headers: Readonly<Record<'svix-id' | 'svix-timestamp' | 'svix-signature', string>>;
}

/** The event that Resend posts about an accepted email: `eventAbout(email, 'email.bounced', { bounce: … })`. */
export function eventAbout(accepted: Accepted, type: string, data: object = {}, at = new Date()): object {
  const { email } = accepted;
  return eventOf(
    {
      id: accepted.id,
      to: [accepted.to],
      from: email?.from,
      subject: email?.subject,
      tags: Object.fromEntries(email?.tags.map(({ name, value }) => [name, value]) ?? []),
    },
    type,
    data,
    at,
  );
}

export interface ReportedEmail {
  readonly id: string;
  readonly to: readonly string[];
  readonly from?: string | undefined;
  readonly subject?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export function eventOf(email: ReportedEmail, type: string, data: object = {}, at = new Date()): object {
  const { id, ...rest } = email;
  const created_at = at.toISOString();
  return { type, created_at, data: { email_id: id, created_at, ...rest, ...data } };
}

/** Signs as Svix does. When an event is posted again, give it the same id and a new time. */
export function signEvent(
  payload: object | string,
  { id = `msg_${randomUUID()}`, at = new Date(), secret = webhookSecret } = {},
): SignedEvent {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return {
    body,
    headers: {
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'svix-signature': new Webhook(secret).sign(id, at, body),
    },
  };
}

/** Posts an event with `post`, an app's or `fetch`; returns the status. */
export async function postEvent(
  post: (request: Request) => Response | Promise<Response>,
  { body, headers }: SignedEvent,
  url = 'https://news.example/webhooks/resend',
): Promise<number> {
  const request = new Request(url, {
    method: 'POST',
    body,
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Svix-Webhooks/1.84' },
  });
  return (await post(request)).status;
}
