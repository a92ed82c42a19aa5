export const batchStatuses = [
  'pending',
  'submitting',
  'submitted',
  'split',
  'unknown',
  'held',
  'cancelled',
] as const;

/** How many recipients are in which state. `audience` is always the sum of the others. */
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
 * The idempotency key of a batch, which never changes. `uid` distinguishes it from keys of other databases that use the
 * same provider account: a rebuilt database starts at issue 1 again.
 */
export const idempotencyKey = (issue: { readonly id: number; readonly uid: string }, batchNo: number) =>
  `issue-${issue.id}-${issue.uid.slice(0, 8)}-batch-${batchNo}`;

/** The name of the issue's template at the provider; different content gets a different alias. */
export const templateAlias = (week: string, sha256: string) =>
  `verdicts-${week.toLowerCase()}-${sha256.slice(0, 16)}`;
