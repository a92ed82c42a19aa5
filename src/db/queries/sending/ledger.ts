import { sql } from 'drizzle-orm';
import type { LedgerTotals } from '../../../domain/sending/delivery.ts';
import type { Queryable, Tx } from '../../client.ts';

/** The delivery equation. Read from the batches alone: one row per hundred recipients. */
export async function ledgerTotals(db: Queryable, issueId: number): Promise<LedgerTotals> {
  const { rows } = await db.execute<{ [K in keyof LedgerTotals]: number }>(sql`
    with b as (
      select status, count, skipped, jsonb_array_length(rejected) as rejected, count - skipped as rest
      from batches where issue_id = ${issueId})
    select coalesce(sum(count), 0)::int as audience,
      coalesce(sum(rest - rejected) filter (where status = 'submitted'), 0)::int as submitted,
      coalesce(sum(skipped), 0)::int as skipped,
      coalesce(sum(rejected), 0)::int as rejected,
      coalesce(sum(rest) filter (where status = 'cancelled'), 0)::int as cancelled,
      coalesce(sum(rest) filter (where status = 'unknown'), 0)::int as unknown,
      coalesce(sum(rest) filter (where status = 'held'), 0)::int as held,
      coalesce(sum(rest) filter (where status in ('pending', 'submitting')), 0)::int as pending
    from b`);
  return rows[0] as LedgerTotals;
}

/** The batches that keep an issue from being finished: those open, and those that wait for a person. */
export async function countUnfinished(
  db: Queryable,
  issueId: number,
): Promise<{ readonly open: number; readonly waiting: number }> {
  const { rows } = await db.execute<{ open: number; waiting: number }>(sql`
    select count(*) filter (where status in ('pending', 'submitting'))::int as open,
      count(*) filter (where status in ('held', 'unknown'))::int as waiting
    from batches where issue_id = ${issueId}`);
  return rows[0] ?? { open: 0, waiting: 0 };
}

/** Cancels the batches that have never been attempted. */
export async function cancelUnattempted(tx: Tx, issueId: number): Promise<void> {
  await tx.execute(sql`
    update batches set status = 'cancelled', not_before = null
    where issue_id = ${issueId} and status in ('pending', 'held') and first_attempt_at is null`);
}

/** A batch that waits for a person or for its outcome, and why. */
export interface WaitingBatch {
  readonly batch: number;
  readonly status: 'held' | 'unknown';
  readonly recipients: number;
  readonly reason: string | null;
}

export async function readWaitingBatches(
  db: Queryable,
  issueId: number,
  limit: number,
): Promise<WaitingBatch[]> {
  const { rows } = await db.execute<WaitingBatch & Record<string, unknown>>(sql`
    select no as batch, status, count - skipped as recipients, last_error as reason
    from batches where issue_id = ${issueId} and status in ('held', 'unknown') order by no limit ${limit}`);
  return rows;
}

/** Batches that were posted, or could not be, and are to be tried again; with the most frequent reason. */
export interface OpenTrouble {
  readonly batches: number;
  readonly reason: string;
}

/** Null if nothing went wrong with the open batches so far. */
export async function readOpenTrouble(db: Queryable, issueId: number): Promise<OpenTrouble | null> {
  const { rows } = await db.execute<{ batches: number; reason: string | null }>(sql`
    select count(*)::int as batches, mode() within group (order by last_error) as reason
    from batches where issue_id = ${issueId} and status in ('pending', 'submitting') and last_error is not null`);
  const [{ batches, reason } = { batches: 0, reason: null }] = rows;
  return reason === null ? null : { batches, reason };
}
