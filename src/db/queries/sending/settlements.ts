import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '../../client.ts';
import type { RejectedDelivery } from '../../schema/index.ts';
import { executePrepared, unseenByPlanner } from '../../sql.ts';
import { type ClaimedBatch, clearedLease } from './claims.ts';

type Claim = Pick<ClaimedBatch, 'issueId' | 'no' | 'token'>;

const stillClaimed = (claim: Claim) =>
  sql`issue_id = ${claim.issueId} and no = ${claim.no} and status = 'submitting' and token = ${claim.token}::uuid`;

/** The values as a table `v`, each with the number and the token of a claim. */
export const claimsTable = (values: readonly object[], ...columns: readonly SQL[]) =>
  sql`jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as v(${sql.join([sql`no int, token uuid`, ...columns], sql`, `)})`;

/**
 * Batch `b` is one of these, and still under the claim in `v`. The list of numbers makes PostgreSQL look batches up by
 * key; joined to `v` alone, it read all batches of an issue that its statistics did not know.
 */
export const isClaimedStill = (issueId: number, values: readonly Pick<Claim, 'no'>[]) => sql`
  b.issue_id = ${unseenByPlanner(issueId)} and b.no = any(${sql.param(values.map(({ no }) => no))}::int[])
  and b.no = v.no and b.status = 'submitting' and b.token = v.token`;

/**
 * Stores the hashes of the bodies that are about to be posted for the first time; the commit waits for the disk.
 * Returns the numbers of the batches that are still claimed by us: the others must not be posted.
 */
export async function recordBodies(
  db: Queryable,
  issueId: number,
  bodies: readonly { readonly no: number; readonly token: string; readonly sha256: string }[],
): Promise<ReadonlySet<number>> {
  if (bodies.length === 0) return new Set();
  const { rows } = await executePrepared<{ no: number }>(
    db,
    'record_bodies',
    sql`
    with durable_commit as (select set_config('synchronous_commit', 'on', true))
    update batches b set body_sha256 = v.sha256
    from durable_commit, ${claimsTable(bodies, sql`sha256 text`)}
    where ${isClaimedStill(issueId, bodies)}
    returning b.no`,
  );
  return new Set(rows.map(({ no }) => no));
}

/** The provider's answer to an accepted batch: an id per recipient, in their order, null where rejected. */
export interface Accepted {
  readonly no: number;
  readonly token: string;
  readonly ids: readonly (string | null)[];
  readonly rejected: readonly RejectedDelivery[];
}

/**
 * Marks batches as accepted and returns the numbers of those that it marked; those that another process has claimed
 * since are left alone.
 *
 * The commit does not wait for the disk, nor does that of a surrounding transaction: if the server crashes, the same
 * request is posted again under the same key and gets the same answer. Waiting here as
 * well, as it once did, doubled the waits for the disk (docs/adr/0015).
 */
export async function settleSubmitted(
  db: Queryable,
  issueId: number,
  accepted: readonly Accepted[],
): Promise<ReadonlySet<number>> {
  if (accepted.length === 0) return new Set();
  const values = accepted.map(({ no, token, ids, rejected }) => ({ no, token, ids, rejected }));
  const { rows } = await executePrepared<{ no: number }>(
    db,
    'settle_submitted',
    sql`
    with quick_commit as (select set_config('synchronous_commit', 'off', true))
    update batches b set status = 'submitted', ${clearedLease}, submitted_at = clock_timestamp(), last_error = null,
      provider_ids = v.ids, rejected = v.rejected
    from quick_commit, ${claimsTable(values, sql`ids jsonb, rejected jsonb`)}
    where ${isClaimedStill(issueId, values)}
    returning b.no`,
  );
  return new Set(rows.map(({ no }) => no));
}

/**
 * Returns a batch to pending, due in `afterMs` on the database clock. With `countAttempt` false the attempt certainly
 * had no effect; if it was the only one, the batch counts as never attempted: its 23 hours have not begun, and
 * subscribers who leave before the next attempt are skipped. False if the claim has been lost.
 */
export async function settleRetry(
  db: Queryable,
  claim: Claim,
  reason: string,
  afterMs: number,
  countAttempt: boolean,
): Promise<boolean> {
  const done = await db.execute(sql`
    update batches set status = 'pending', ${clearedLease}, last_error = ${reason},
      not_before = clock_timestamp() + ${afterMs} * interval '1 millisecond',
      attempts = attempts - ${countAttempt ? 0 : 1},
      first_attempt_at = case when ${countAttempt} or attempts > 1 then first_attempt_at end,
      body_sha256 = case when ${countAttempt} or attempts > 1 then body_sha256 end
    where ${stillClaimed(claim)}`);
  return done.rowCount === 1;
}

/** Sets a batch aside for a person (`held`) or until its outcome is looked up (`unknown`). */
export async function settleWaiting(
  db: Queryable,
  claim: Claim,
  status: 'held' | 'unknown',
  reason: string,
): Promise<boolean> {
  const done = await db.execute(
    sql`update batches set status = ${status}, ${clearedLease}, last_error = ${reason} where ${stillClaimed(claim)}`,
  );
  return done.rowCount === 1;
}

/**
 * Moves each group of recipients into a new batch, whose key has never been used; the others stay.
 * The caller must have locked the issue, because two splits at once would take the same batch numbers.
 */
export async function moveToNewBatches(
  tx: Tx,
  claim: Pick<Claim, 'issueId' | 'no'>,
  groups: readonly (readonly number[])[],
  reason: string,
): Promise<void> {
  for (const subscriberIds of groups) {
    await tx.execute(sql`
      with child as (
        insert into batches (issue_id, no, parent_no, count, last_error)
        select ${claim.issueId}, max(no) + 1, ${claim.no}, ${subscriberIds.length}, ${reason}
        from batches where issue_id = ${claim.issueId}
        returning no)
      update deliveries d set batch_no = child.no, position = array_position(${sql.param(subscriberIds)}::bigint[], d.subscriber_id)
      from child
      where d.issue_id = ${claim.issueId} and d.subscriber_id = any(${sql.param(subscriberIds)}::bigint[])`);
  }
  const moved = groups.reduce((sum, group) => sum + group.length, 0);
  await tx.execute(sql`
    update batches set count = count - ${moved}
    where issue_id = ${claim.issueId} and no = ${claim.no}`);
}

/** Closes a claimed batch whose recipients have all been moved. */
export async function settleSplit(db: Queryable, claim: Claim, reason: string): Promise<boolean> {
  const done = await db.execute(
    sql`update batches set status = 'split', ${clearedLease}, last_error = ${reason} where ${stillClaimed(claim)}`,
  );
  return done.rowCount === 1;
}
