import type { SuppressionReason } from '../audience/subscriber.ts';

/** A fact that the provider reports after submission, at least once and in any order. */
export interface MailEvent {
  /** The provider's id, the same each time it delivers this event. */
  readonly eventId: string;
  /**
   * The provider's name without `email.`: `delivered`, `complained`, … `bounced` means refused permanently,
   * `soft_bounced` any other bounce. Unknown types are stored as well.
   */
  readonly type: string;
  readonly at: Date;
  /** The provider's id of the email. */
  readonly providerId: string | null;
  /** From the tags it was posted with. Trusted only if the address matches: other databases may use the same account. */
  readonly tagged: {
    readonly issueId: number;
    readonly batchNo: number;
    readonly subscriberId: number;
  } | null;
  /** In lower case; identifies the recipient and is not stored. */
  readonly address: string | null;
  /** The provider's classification, such as `Permanent/General`. */
  readonly detail: string | null;
  /** Why the address must not be mailed again; null if it may be. */
  readonly suppresses: SuppressionReason | null;
  /** Of the reader whose mail program wrote to leave, in an event of type `received`. */
  readonly leaveToken?: string;
}

export interface WebhookHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Reads a webhook's raw body; null if the signature is wrong or too old, or the body is not an event. */
export type ReadWebhook = (rawBody: string, headers: WebhookHeaders) => MailEvent | null;

/** The types that say that a mail arrived: whatever bounce is reported as well, the mailbox exists. */
export const arrivedTypes = ['delivered', 'opened', 'clicked'] as const;

/**
 * The types that take their usual course, which are most of all events. They are deleted early (docs/adr/0020); bounces,
 * complaints and whatever else the provider reports are kept for longer.
 */
export const routineTypes = ['sent', 'delivery_delayed', ...arrivedTypes] as const;
export type RoutineType = (typeof routineTypes)[number];

/** The types that an issue's report counts, in people, by their name in the report. */
export const countedTypes = {
  delivered: 'delivered',
  bounced: 'bounced',
  softBounced: 'soft_bounced',
  complained: 'complained',
  suppressedByProvider: 'suppressed',
  failed: 'failed',
  delayed: 'delivery_delayed',
  opened: 'opened',
  clicked: 'clicked',
} as const;

export type MailEventTotals<Value = number> = { readonly [Name in keyof typeof countedTypes]: Value };

/** An issue's report, 0 for types that were not reported. */
export function totalsOf(byType: Readonly<Record<string, number>>): MailEventTotals {
  const entries = Object.entries(countedTypes).map(([name, type]) => [name, byType[type] ?? 0]);
  return Object.fromEntries(entries) as MailEventTotals;
}

/** In the classification of a bounce that is none: an answer that a program gave in its owner's absence. */
export const autoReply = 'AutoReply';

/** Subtypes of bounces that blame the message, not the mailbox (Amazon SES, which Resend sends with). */
const messageFaults = ['MessageTooLarge', 'ContentRejected', 'AttachmentRejected'];

/** Whether a bounce of this classification says nothing about the mailbox: it never counts against its owner. */
export const isNoFaultOfMailbox = (detail: string | null) =>
  [autoReply, ...messageFaults].includes(detail?.split('/').at(-1) ?? '');
