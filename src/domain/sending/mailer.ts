import type { Email, SharedEmail, TemplatedEmail } from './email.ts';
import type { BatchOutcome } from './outcome.ts';
import type { SentLog } from './sent-log.ts';

/** Most emails in one request (Resend's documented limit for POST /emails/batch). */
export const maxBatchSize = 100;

/** A request's body, ready to be posted as often as necessary. The same emails give the same bytes and hash. */
export interface PreparedBatch {
  /** sha256 (hex) of the exact bytes that `post` sends. */
  readonly sha256: string;
  /** Size of the body in bytes. */
  readonly bytes: number;
  /**
   * Posts the body with an idempotency key. Posting twice with the same key has the same effect as posting once.
   * Never throws because of the provider or the network: every answer is an outcome. Ends in 5 minutes at most, and in
   * 10 seconds when nothing moves.
   *
   * @param onSent called for each part of the body that is on its way, with its size in bytes
   */
  post(idempotencyKey: string, onSent?: (bytes: number) => void): Promise<BatchOutcome>;
}

/** The port to a provider. `prepare` is pure: no clock, no randomness, no network. */
export interface Mailer {
  readonly provider: 'outbox' | 'resend';
  prepare(batch: EmailBatch): Promise<PreparedBatch>;
  /**
   * For template mode: publishes the issue at the provider under an alias that no other content has, so that each
   * email carries only its reader's token. Run twice, it publishes once. Never throws because of the provider. Awaits
   * `turn` before each of its requests. Absent if the mailer has no templates.
   */
  publishTemplate?(source: TemplateSource, turn?: () => Promise<void>): Promise<Published>;
  /** Absent if the mailer has no list of sent emails. */
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
  /** The issue or the kind of transactional mail; names the outbox's folder. */
  readonly group: string;
  /** For the Date header if the provider does not set one; fixed, so that a retry has the same bytes. */
  readonly date: Date;
  /** Templated emails only for a mailer that has templates. */
  readonly emails: readonly (Email | SharedEmail | TemplatedEmail)[];
}
