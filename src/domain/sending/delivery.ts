export const batchStatuses = [
  'pending',
  'submitting',
  'submitted',
  'split',
  'unknown',
  'held',
  'cancelled',
] as const;

/** How many recipients stand where. `audience` is the sum of all the others, always. */
export interface LedgerTotals {
  readonly audience: number;
  readonly submitted: number;
  readonly skipped: number;
  readonly rejected: number;
  readonly cancelled: number;
  readonly unknown: number;
  readonly held: number;
  /** Not yet posted or not yet answered. */
  readonly pending: number;
}

/**
 * One idempotency key a batch, for ever. `uid` sets it apart from the keys of another database that shares the
 * provider's account: a rebuilt one begins at issue 1 again.
 */
export const idempotencyKey = (issue: { readonly id: number; readonly uid: string }, batchNo: number) =>
  `issue-${issue.id}-${issue.uid.slice(0, 8)}-batch-${batchNo}`;

/** Names the issue's template at the provider: other content has another alias. */
export const templateAlias = (week: string, sha256: string) =>
  `verdicts-${week.toLowerCase()}-${sha256.slice(0, 16)}`;
