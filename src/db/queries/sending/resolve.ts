import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '../../client.ts';
import { unseenByPlanner } from '../../sql.ts';
import { moveToNewBatches } from './settlements.ts';

interface BatchRef {
  readonly issueId: number;
  readonly no: number;
}

const isWaiting = ({ issueId, no }: BatchRef) =>
  sql`issue_id = ${issueId} and no = ${no} and status in ('unknown', 'held')`;

/** The subscribers of a batch who were not skipped, by position. */
export async function readDeliveries(db: Queryable, { issueId, no }: BatchRef): Promise<number[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select subscriber_id as id from deliveries
    where issue_id = ${unseenByPlanner(issueId)} and batch_no = ${no} and skipped_reason is null order by position`);
  return rows.map((row) => Number(row.id));
}

/** Marks the batch as submitted, on the word of a person. False if its outcome is not open. */
export async function resolveSubmitted(db: Queryable, batch: BatchRef, note: string): Promise<boolean> {
  const done = await db.execute(sql`
    update batches set status = 'submitted', submitted_at = clock_timestamp(), last_error = ${note}
    where ${isWaiting(batch)}`);
  return done.rowCount === 1;
}

/** Moves the recipients into a new batch, to be posted under a new key. False if the batch's outcome is not open. */
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
