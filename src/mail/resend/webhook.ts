import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { isAutomaticReply, isBounce } from '../../domain/audience/automatic-reply.ts';
import { leaveTokenOf } from '../../domain/audience/leave-mailbox.ts';
import type { SuppressionReason } from '../../domain/audience/subscriber.ts';
import {
  autoReply,
  isNoFaultOfMailbox,
  type MailEvent,
  type ReadWebhook,
} from '../../domain/sending/mail-event.ts';
import { redactedReason } from './message.ts';

const idPattern = /^[\x21-\x7e]{1,200}$/;

/**
 * Reads webhooks of https://resend.com/docs/webhooks. Svix signs id, time and raw body; the signature is verified before
 * the body is parsed, and a time more than five minutes off the system's clock is refused. Only the secret is needed, so
 * a process that receives webhooks needs no API key. Of mail that the provider receives for us, only the leave token is
 * read, if it is addressed to `unsubscribeMailbox`. Null for a bad signature and for a body that is not an event.
 */
export function resendWebhooks(secret: string, unsubscribeMailbox: string | null = null): ReadWebhook {
  const webhook = new Webhook(secret);
  return (rawBody, { id, timestamp, signature }): MailEvent | null => {
    if (!idPattern.test(id)) return null;
    try {
      const payload = webhook.verify(rawBody, {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature,
      });
      return toMailEvent(payload, {
        eventId: id,
        sentAt: new Date(Number.parseInt(timestamp, 10) * 1_000),
        unsubscribeMailbox,
      });
    } catch {
      return null;
    }
  };
}

/** Text that PostgreSQL can store: no control characters, no addresses, and not longer than useful. */
const name = z.string().transform((text) => redactedReason(text).slice(0, 100));
const optional = <T extends z.ZodType>(part: T) => part.nullish().catch(null);

/** A date in another century is a mistake, and PostgreSQL has no year 0. */
const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 2000 && date.getUTCFullYear() < 2100);
const tagNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** The fields that are used. An invalid one counts as missing, so that the rest of the event is not lost. */
const payload = z.object({
  type: name,
  created_at: optional(instant),
  data: optional(
    z.object({
      email_id: optional(name),
      to: optional(z.array(z.string())),
      cc: optional(z.array(z.string())),
      subject: optional(z.string()),
      email: optional(z.string()),
      origin: optional(name),
      tags: optional(z.object({ issue: tagNumber, batch: tagNumber.pipe(z.int32()), delivery: tagNumber })),
      bounce: optional(
        z.object({ type: optional(name), subType: optional(name), message: optional(z.string()) }),
      ),
      failed: optional(z.object({ reason: optional(name) })),
      suppressed: optional(z.object({ type: optional(name) })),
    }),
  ),
});

type Data = NonNullable<z.infer<typeof payload>['data']>;

interface Received {
  readonly eventId: string;
  /** Replaces a missing time. */
  readonly sentAt: Date;
  readonly unsubscribeMailbox: string | null;
}

/** Null when the payload is not an event. */
function toMailEvent(body: unknown, { eventId, sentAt, unsubscribeMailbox }: Received): MailEvent | null {
  const parsed = payload.safeParse(body);
  if (!parsed.success) return null;
  const { type, created_at, data } = parsed.data;
  const { tags, email_id } = data ?? {};
  const fact = factOf(type, data ?? {});
  const leaveToken =
    type === 'email.received' && unsubscribeMailbox !== null
      ? leaveTokenIn(data ?? {}, unsubscribeMailbox)
      : null;
  return {
    eventId,
    type: fact.type,
    at: created_at ?? sentAt,
    providerId: email_id ?? null,
    tagged: tags ? { issueId: tags.issue, batchNo: tags.batch, subscriberId: tags.delivery } : null,
    address: addressOf(type, data ?? {}),
    detail: fact.detail ?? null,
    suppresses: fact.suppresses ?? null,
    ...(leaveToken === null ? {} : { leaveToken }),
  };
}

interface Fact extends Pick<MailEvent, 'type'> {
  readonly detail?: string | null;
  readonly suppresses?: SuppressionReason;
}

function factOf(type: string, data: Partial<Data>): Fact {
  switch (type) {
    case 'email.bounced': {
      const { type: kind, subType, message } = data.bounce ?? {};
      // Amazon SES reports out-of-office answers as transient bounces.
      const subtype = kind !== 'Permanent' && isAutomaticReply(message ?? '') ? autoReply : subType;
      const detail = [kind, subtype].filter(Boolean).join('/') || null;
      return kind === 'Permanent' && !isNoFaultOfMailbox(detail)
        ? { type: 'bounced', detail, suppresses: 'hard_bounce' }
        : { type: 'soft_bounced', detail };
    }
    case 'email.complained':
      return { type: 'complained', suppresses: 'complaint' };
    case 'email.suppressed':
      return { type: 'suppressed', detail: data.suppressed?.type ?? null, suppresses: 'provider' };
    case 'suppression.removed':
      return { type, detail: data.origin ?? null };
    case 'suppression.added':
      return { type, detail: data.origin ?? null, suppresses: reasonOf(data.origin) };
    case 'email.failed':
      return { type: 'failed', detail: data.failed?.reason ?? null };
    default:
      return { type: type.replace(/^email\./, '') };
  }
}

function reasonOf(origin: string | null | undefined): SuppressionReason {
  if (origin === 'bounce') return 'hard_bounce';
  return origin === 'complaint' ? 'complaint' : 'provider';
}

/** Null also for what no person sent, and for a mail to several readers' addresses, which no mail program writes. */
function leaveTokenIn({ to, cc, subject }: Partial<Data>, mailbox: string): string | null {
  if (isAutomaticReply(subject ?? '') || isBounce(subject ?? '')) return null;
  const tokens = new Set([...(to ?? []), ...(cc ?? [])].map((address) => leaveTokenOf(address, mailbox)));
  tokens.delete(null);
  const [token] = tokens;
  return tokens.size === 1 ? (token ?? null) : null;
}

/** Our emails have one recipient each, and received mail is not about one. An event with several is about other mail of the account. */
function addressOf(type: string, { to, email }: Partial<Data>): string | null {
  if (type === 'email.received') return null;
  const address = type.startsWith('suppression.') ? email : to?.length === 1 ? to[0] : null;
  return address != null && /^[^\s\p{Cc}]{3,320}$/u.test(address) ? address.toLowerCase() : null;
}
