import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '../../client.ts';
import { moveToNewBatches } from './settlements.ts';

interface BatchRef {
  readonly issueId: number;
  readonly no: number;
}

const isWaiting = ({ issueId, no }: BatchRef) =>
  sql`issue_id = ${issueId} and no = ${no} and status in ('unknown', 'held')`;

/** Subscribers of a batch who were not skipped, in order. */
export async function readDeliveries(db: Queryable, { issueId, no }: BatchRef): Promise<number[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select subscriber_id as id from deliveries
    where issue_id = ${issueId} and batch_no = ${no} and skipped_reason is null order by position`);
  return rows.map((row) => Number(row.id));
}

/** False, here and below, when the batch does not wait for an answer. */
export async function resolveSubmitted(db: Queryable, batch: BatchRef, note: string): Promise<boolean> {
  const done = await db.execute(sql`
    update batches set status = 'submitted', submitted_at = clock_timestamp(), last_error = ${note}
    where ${isWaiting(batch)}`);
  return done.rowCount === 1;
}

export async function splitUnresolved(
  tx: Tx,
  batch: BatchRef,
  subscriberIds: readonly number[],
  note: string,
): Promise<boolean> {
  const done = await tx.execute(
    sql`update batches set status = 'split', last_error = ${note} where ${isWaiting(batch)}`,
  );
  if (done.rowCount !== 1) return false;
  await moveToNewBatches(tx, batch, [subscriberIds], note);
  return true;
}
