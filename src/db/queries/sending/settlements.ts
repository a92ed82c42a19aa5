import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '../../client.ts';
import type { RejectedDelivery } from '../../schema/index.ts';
import { executePrepared } from '../../sql.ts';
import { type ClaimedBatch, clearedLease } from './claims.ts';

type Claim = Pick<ClaimedBatch, 'issueId' | 'no' | 'token'>;

const stillClaimed = (claim: Claim) =>
  sql`issue_id = ${claim.issueId} and no = ${claim.no} and status = 'submitting' and token = ${claim.token}::uuid`;

/** Values as a table `v`. The limit tells the planner how few they are, so that it looks up each by its key. */
const valuesTable = (values: readonly object[], columns: SQL) => sql`(
  select * from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as v(${columns})
  limit ${sql.raw(String(values.length))}) v`;

/**
 * Keeps the hashes of first bodies, on disk, before anything is posted. Gives back the numbers of the batches whose
 * claim still holds: the others must not be posted.
 */
export async function recordBodies(
  db: Queryable,
  issueId: number,
  bodies: readonly { readonly no: number; readonly token: string; readonly sha256: string }[],
): Promise<ReadonlySet<number>> {
  if (bodies.length === 0) return new Set();
  const { rows } = await executePrepared<{ no: number }>(
    db,
    `record_${bodies.length}_bodies`,
    sql`
    with hurried as (select set_config('synchronous_commit', 'on', true))
    update batches b set body_sha256 = v.sha256
    from hurried, ${valuesTable(bodies, sql`no int, token uuid, sha256 text`)}
    where b.issue_id = ${issueId} and b.no = v.no and b.status = 'submitting' and b.token = v.token
    returning b.no`,
  );
  return new Set(rows.map(({ no }) => no));
}

/** What the provider said of the recipients of a batch, in their order. */
export interface Accepted {
  readonly no: number;
  readonly token: string;
  readonly ids: readonly (string | null)[];
  readonly rejected: readonly RejectedDelivery[];
}

/**
 * Books batches as accepted and gives back the numbers of those that it did book; those that another process took
 * over meanwhile are left alone. The commit, a caller's too, does not wait for the disk: after a crash of the
 * server the same key is asked again, and gets the same answer.
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
    `settle_${accepted.length}_submitted`,
    sql`
    with unhurried as (select set_config('synchronous_commit', 'off', true))
    update batches b set status = 'submitted', ${clearedLease}, submitted_at = clock_timestamp(), last_error = null,
      provider_ids = v.ids, rejected = v.rejected
    from unhurried, ${valuesTable(values, sql`no int, token uuid, ids jsonb, rejected jsonb`)}
    where b.issue_id = ${issueId} and b.no = v.no and b.status = 'submitting' and b.token = v.token
    returning b.no`,
  );
  return new Set(rows.map(({ no }) => no));
}

/**
 * Back to pending, due in `afterMs` on the database's clock. Where the only attempt did surely nothing the batch
 * is as if never tried: its 23 hours have not begun, and who leaves meanwhile is left out.
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

/** Waits for a person, or for an answer that nobody has yet. */
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
 * Moves recipients of a claimed batch into new batches of their own, each with a key never used before.
 * The claimed batch keeps the rest: all of them moved makes it `split`.
 * The caller has locked the issue, since two splits at once would take the same numbers.
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

/** Ends a claimed batch whose recipients have all moved on. */
export async function settleSplit(db: Queryable, claim: Claim, reason: string): Promise<boolean> {
  const done = await db.execute(
    sql`update batches set status = 'split', ${clearedLease}, last_error = ${reason} where ${stillClaimed(claim)}`,
  );
  return done.rowCount === 1;
}
