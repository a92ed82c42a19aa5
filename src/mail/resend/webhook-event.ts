import { z } from 'zod';
import type { SuppressionReason } from '../../domain/audience/subscriber.ts';
import type { MailEvent } from '../../domain/sending/mail-event.ts';
import { redact } from './redact.ts';

/** What PostgreSQL can keep, and no more of it than is useful: no control characters, no address. */
const name = z.string().transform((text) => redact(text).slice(0, 100));
const optional = <T extends z.ZodType>(part: T) => part.nullish().catch(null);

/** Another century is a fault, and PostgreSQL has no year 0. */
const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 2000 && date.getUTCFullYear() < 2100);
const tagNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** Only what is used; one odd part does not cost the rest. */
const payload = z.object({
  type: name,
  created_at: optional(instant),
  data: optional(
    z.object({
      email_id: optional(name),
      to: optional(z.array(z.string())),
      email: optional(z.string()),
      origin: optional(name),
      tags: optional(z.object({ issue: tagNumber, batch: tagNumber.pipe(z.int32()), delivery: tagNumber })),
      bounce: optional(z.object({ type: optional(name), subType: optional(name) })),
      failed: optional(z.object({ reason: optional(name) })),
      suppressed: optional(z.object({ type: optional(name) })),
    }),
  ),
});

type Data = NonNullable<z.infer<typeof payload>['data']>;

/** A verified payload as a fact; null when it is no event. `sentAt` stands in for a time that is missing. */
export function toMailEvent(eventId: string, body: unknown, sentAt: Date): MailEvent | null {
  const parsed = payload.safeParse(body);
  if (!parsed.success) return null;
  const { type, created_at, data } = parsed.data;
  const { tags, email_id } = data ?? {};
  const fact = factOf(type, data ?? {});
  return {
    eventId,
    type: fact.type,
    at: created_at ?? sentAt,
    providerId: email_id ?? null,
    tagged: tags ? { issueId: tags.issue, batchNo: tags.batch, subscriberId: tags.delivery } : null,
    address: addressOf(type, data ?? {}),
    detail: fact.detail ?? null,
    suppresses: fact.suppresses ?? null,
  };
}

interface Fact extends Pick<MailEvent, 'type'> {
  readonly detail?: string | null;
  readonly suppresses?: SuppressionReason;
}

function factOf(type: string, data: Partial<Data>): Fact {
  switch (type) {
    case 'email.bounced': {
      const detail = [data.bounce?.type, data.bounce?.subType].filter(Boolean).join('/') || null;
      return data.bounce?.type === 'Permanent'
        ? { type: 'bounced', detail, suppresses: 'hard_bounce' }
        : { type: 'soft_bounced', detail };
    }
    case 'email.complained':
      return { type: 'complained', suppresses: 'complaint' };
    case 'email.suppressed':
      return { type: 'suppressed', detail: data.suppressed?.type ?? null, suppresses: 'provider' };
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

/** Ours go to one person each; an event about several, of other mail on the account, is nobody's. */
function addressOf(type: string, { to, email }: Partial<Data>): string | null {
  const address = type.startsWith('suppression.') ? email : to?.length === 1 ? to[0] : null;
  return address != null && /^[^\s\p{Cc}]{3,320}$/u.test(address) ? address.toLowerCase() : null;
}
