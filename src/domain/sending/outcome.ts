/** What a provider's answer to one batch means; the table is in docs/delivery.md. */
export type BatchOutcome =
  /** Accepted. `ids[i]` belongs to the i-th email posted; `null` if that one was rejected. */
  | {
      readonly kind: 'submitted';
      readonly ids: readonly (string | null)[];
      readonly rejected: readonly Rejection[];
    }
  /** Not accepted yet, or unclear: retry with the same key and bytes. `attempted` is false if the provider certainly did nothing. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterMs: number | null;
      readonly attempted: boolean;
      /** No answer came in time. */
      readonly timedOut?: true;
    }
  /** The whole request was refused and nothing accepted. Perhaps because of one recipient, so the batch is halved. */
  | { readonly kind: 'refused'; readonly reason: string; readonly aboutRecipient: boolean }
  /** Accepted earlier with this key and a different body: never send it again, look up what happened to it. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** Because of a setting or the account: nothing is sent until a person acts. */
  | { readonly kind: 'hold-issue'; readonly reason: string; readonly attempted: boolean }
  /** The account may not send for now and certainly did nothing: no batch of the issue is first tried before then. */
  | { readonly kind: 'pause-issue'; readonly reason: string; readonly afterMs: number }
  /** The answer to this batch cannot be recorded: a person must look at it. Other batches continue. */
  | { readonly kind: 'hold-batch'; readonly reason: string };

/** A recipient refused within an accepted batch. */
export interface Rejection {
  /** Position in the posted array, from 0. */
  readonly index: number;
  readonly reason: string;
  /** False if the reason is one of our settings (sender, template), whoever the recipient is. */
  readonly aboutRecipient: boolean;
}

const firstRetryMs = 1_000;
const longestRetryMs = 5 * 60_000;

/**
 * How long to wait before the next attempt: doubles from 1 s to 5 minutes, varied by ±25 % from batch to batch so that
 * they do not all come back at once. `attempts` counts from 1.
 */
export function retryDelayMs(attempts: number, batchNo: number): number {
  const doubled = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 20));
  const spread = ((batchNo * 2_654_435_761) % 1_000) / 1_000;
  return Math.round(doubled * (0.75 + 0.5 * spread));
}
