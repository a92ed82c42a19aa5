import type { SuppressionReason } from '../audience/subscriber.ts';

/** A fact that the provider reports after submission, at least once and in any order. */
export interface MailEvent {
  /** The provider's, the same at every delivery of one event. */
  readonly eventId: string;
  /**
   * The provider's name without `email.`: `delivered`, `complained`, …; `bounced` is a final refusal for good,
   * `soft_bounced` any other. Names nobody knows are kept too.
   */
  readonly type: string;
  readonly at: Date;
  /** Of the email. */
  readonly providerId: string | null;
  /** As tagged when posted; another database may share the account, so it is believed only with the address. */
  readonly tagged: {
    readonly issueId: number;
    readonly batchNo: number;
    readonly subscriberId: number;
  } | null;
  /** In lower case; tells whose event it is and is not kept. */
  readonly address: string | null;
  /** The provider's classification, such as `Permanent/General`. */
  readonly detail: string | null;
  /** Why the address is not to be mailed again; null where the fact is no reason. */
  readonly suppresses: SuppressionReason | null;
}

export interface WebhookHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Reads a webhook's raw body; null when the signature, its age or the form is wrong. */
export type ReadWebhook = (rawBody: string, headers: WebhookHeaders) => MailEvent | null;

/** Types that are counted for an issue, as people; by the name in reports. */
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

/** People of an issue by what was reported of them; types that were not reported are 0. */
export function totalsOf(byType: Readonly<Record<string, number>>): MailEventTotals {
  const entries = Object.entries(countedTypes).map(([name, type]) => [name, byType[type] ?? 0]);
  return Object.fromEntries(entries) as MailEventTotals;
}
