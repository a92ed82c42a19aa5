import type { Email, SharedEmail, TemplatedEmail } from './email.ts';
import type { BatchOutcome } from './outcome.ts';
import type { SentLog } from './sent-log.ts';

/** At most this many emails in one request (Resend's documented limit for POST /emails/batch). */
export const maxBatchSize = 100;

/** A request's body, ready to be posted as often as needed: same emails, same bytes, same hash. */
export interface PreparedBatch {
  /** sha256 (hex) of the exact bytes that `post` sends. */
  readonly sha256: string;
  /**
   * Posts the body under an idempotency key. Posting twice under one key has the effect of posting once.
   * Never throws for what the provider or the network says: every answer is an outcome.
   */
  post(idempotencyKey: string): Promise<BatchOutcome>;
}

/** The port to a provider. `prepare` is pure: no clock, no random, no network. */
export interface Mailer {
  readonly provider: 'outbox' | 'resend';
  prepare(batch: EmailBatch): Promise<PreparedBatch>;
  /**
   * For template mode: brings the issue to the provider once, under an alias that no other content has, so that
   * each email carries only its reader's token. Run twice there is still one. Never throws for what the
   * provider says. `turn` is awaited before each request, of which there may be several. Absent where the mailer
   * has no templates.
   */
  publishTemplate?(source: TemplateSource, turn?: () => Promise<void>): Promise<Published>;
  /** Absent where the mailer keeps no list that could be asked. */
  readonly sentLog?: SentLog;
}

export interface TemplateSource {
  readonly alias: string;
  readonly from: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly placeholder: string;
}

export type Published =
  | { readonly kind: 'published'; readonly id: string }
  | Extract<BatchOutcome, { kind: 'retry' | 'hold-issue' }>;

export interface EmailBatch {
  /** Names the issue or the kind of transactional mail; the outbox's folder. */
  readonly group: string;
  /** Date header where the provider does not set one; fixed, so that a retry has the same bytes. */
  readonly date: Date;
  /** Templated ones only for a mailer that has templates. */
  readonly emails: readonly (Email | SharedEmail | TemplatedEmail)[];
}
