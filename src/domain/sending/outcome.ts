/** What a provider's answer to one batch means; the table is in docs/delivery.md. */
export type BatchOutcome =
  /** Accepted. `ids[i]` belongs to the i-th email posted, `null` where it was rejected. */
  | {
      readonly kind: 'submitted';
      readonly ids: readonly (string | null)[];
      readonly rejected: readonly Rejection[];
    }
  /** Not now, or nobody knows: the same key and bytes again. `attempted` is false when the provider surely did nothing. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterMs: number | null;
      readonly attempted: boolean;
    }
  /** The whole request was refused and nothing accepted; a recipient may be at fault, so it is halved. */
  | { readonly kind: 'refused'; readonly reason: string; readonly aboutRecipient: boolean }
  /** Accepted earlier under this key with another body: never send again, find out what became of it. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** A setting or the account is at fault: nobody gets mail until a person acts. */
  | { readonly kind: 'hold-issue'; readonly reason: string; readonly attempted: boolean }
  /** The account may not send for now, and surely did nothing: no first attempt of the issue before then. */
  | { readonly kind: 'pause-issue'; readonly reason: string; readonly afterMs: number }
  /** The answer to this batch cannot be booked: a person must look at it; others go on. */
  | { readonly kind: 'hold-batch'; readonly reason: string };

/** One recipient refused within an accepted batch. */
export interface Rejection {
  /** Position in the posted array, from 0. */
  readonly index: number;
  readonly reason: string;
  /** False when the reason is a setting of ours (sender, template), whoever the recipient. */
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
