import { sql } from 'drizzle-orm';
import type { Recipient } from '../../domain/rendered-issue.ts';
import type { Queryable, Tx } from '../client.ts';
import { executePrepared } from '../prepared.ts';
import type { RejectedDelivery } from '../schema/index.ts';

/** No re-post after this long: the provider forgets an idempotency key after 24 hours. */
const unknownAfter = sql`interval '23 hours'`;

/** A batch that this process may post until the lease ends; `token` proves it when settling. */
export interface ClaimedBatch {
  readonly issueId: number;
  readonly no: number;
  readonly token: string;
  readonly attempts: number;
  /** Hash of the body at the first attempt; null before it. */
  readonly bodySha256: string | null;
  /** In order of position, skipped ones left out. */
  readonly recipients: readonly Recipient[];
}

/** `b` is a batch, `i` its issue: open, and posting it is allowed now or will be once its time comes. */
const mayBePosted = sql`b.status in ('pending', 'submitting')
  and (b.first_attempt_at is null or b.first_attempt_at > clock_timestamp() - ${unknownAfter})
  and (i.status = 'sending' or (i.status in ('paused', 'cancelled') and b.first_attempt_at is not null))`;

interface ClaimRow extends Record<string, unknown> {
  readonly no: number;
  readonly token: string;
  readonly attempts: number;
  readonly body_sha256: string | null;
  readonly recipients: readonly (readonly [id: number, email: string, readerToken: string])[];
}

/**
 * Claims the next batch that may be posted, pending and due or under a lease that ran out, in one statement. At
 * the first attempt only, those who left since the freeze are skipped; from then on the batch is the same people
 * in the same order for ever. Leases run on the database's clock. Null when nothing can be claimed now.
 *
 * A first claim does not wait for the disk. `recordBody` does, and must follow before anything is posted; with it
 * the claim is on disk, too.
 */
export async function claimBatch(
  db: Queryable,
  issueId: number,
  options: { readonly leaseMs: number; readonly at: Date },
): Promise<ClaimedBatch | null> {
  // Materialized: as plain subqueries the planner may run them once a row, and each run claims another batch. The
  // `limit` keeps it from reading all suppressions into a hash at every claim, which it would for 100 look-ups.
  // Whoever left before statement_timestamp() is seen to have left.
  const { rows } = await executePrepared<ClaimRow>(
    db,
    'claim_batch',
    sql`
    with next as materialized (
      select b.no, b.first_attempt_at is null as first
      from batches b join issues i on i.id = b.issue_id
      where b.issue_id = ${issueId} and ${mayBePosted}
        and (b.lease_until is null or b.lease_until < clock_timestamp())
        and (b.not_before is null or b.not_before <= clock_timestamp())
      order by b.no limit 1
      for update of b skip locked),
    member as materialized (
      select d.subscriber_id, d.email, d.reader_token, d.position, case
        when not next.first then null
        when s.id is null or s.status <> 'confirmed' then 'unsubscribed'
        when s.paused_until > ${options.at} then 'paused'
        when x.email is not null then 'suppressed' end as leaves
      from next
        join deliveries d on d.issue_id = ${issueId} and d.batch_no = next.no and d.skipped_reason is null
        left join subscribers s on s.id = d.subscriber_id and next.first
        left join lateral (
          select email from suppressions where email = lower(d.email) and next.first limit 1) x on true),
    skipped as (
      update deliveries d set skipped_reason = m.leaves from member m
      where m.leaves is not null and d.issue_id = ${issueId} and d.subscriber_id = m.subscriber_id
      returning 1),
    claimed as (
      update batches b
      set status = 'submitting', token = gen_random_uuid(), attempts = b.attempts + 1, not_before = null,
        lease_until = clock_timestamp() + ${options.leaseMs} * interval '1 millisecond',
        first_attempt_at = coalesce(b.first_attempt_at, statement_timestamp()),
        skipped = b.skipped + (select count(*) from skipped)
      from next
      where b.issue_id = ${issueId} and b.no = next.no
      returning b.no, next.first, b.attempts, b.token, b.body_sha256)
    select no, token, attempts, body_sha256,
      set_config('synchronous_commit', case when first then 'off' else 'on' end, true) as commit,
      coalesce((
        select json_agg(json_build_array(subscriber_id, email, reader_token) order by position)
        from member where leaves is null), '[]') as recipients
    from claimed`,
  );
  const [batch] = rows;
  if (batch === undefined) return null;
  return {
    issueId,
    no: batch.no,
    token: batch.token,
    attempts: batch.attempts,
    bodySha256: batch.body_sha256,
    recipients: batch.recipients.map(([subscriberId, email, readerToken]) => ({
      subscriberId,
      email,
      readerToken,
    })),
  };
}

/** Milliseconds until another batch may be claimed (0 or more); null when none is left to post. */
export async function nextClaimInMs(db: Queryable, issueId: number): Promise<number | null> {
  const { rows } = await db.execute<{ ms: number | null }>(sql`
    select extract(epoch from min(greatest(b.lease_until, b.not_before, clock_timestamp())) - clock_timestamp())::float8 * 1000 as ms
    from batches b join issues i on i.id = b.issue_id
    where b.issue_id = ${issueId} and ${mayBePosted}`);
  const ms = rows[0]?.ms ?? null;
  return ms === null ? null : Math.max(0, Math.ceil(ms));
}

type Claim = Pick<ClaimedBatch, 'issueId' | 'no' | 'token'>;

const held = (claim: Claim) =>
  sql`issue_id = ${claim.issueId} and no = ${claim.no} and status = 'submitting' and token = ${claim.token}::uuid`;

const released = sql`token = null, lease_until = null`;

/** Keeps the hash of the first body, on disk, before anything is posted. False when the claim was lost meanwhile. */
export async function recordBody(db: Queryable, claim: Claim, sha256: string): Promise<boolean> {
  const statement = sql`update batches set body_sha256 = ${sha256} where ${held(claim)}`;
  const done = await executePrepared(db, 'record_body', statement);
  return done.rowCount === 1;
}

/**
 * Books the batch as accepted. False, here and below, when another process took the batch over. It does not wait
 * for the disk: a server that crashes in between asks again under the same key, and gets the same answer.
 */
export async function settleSubmitted(
  db: Queryable,
  claim: Claim,
  ids: readonly (string | null)[],
  rejected: readonly RejectedDelivery[],
): Promise<boolean> {
  const statement = sql`
    with unhurried as (select set_config('synchronous_commit', 'off', true))
    update batches set status = 'submitted', ${released}, submitted_at = clock_timestamp(), last_error = null,
      provider_ids = ${JSON.stringify(ids)}::jsonb, rejected = ${JSON.stringify(rejected)}::jsonb
    from unhurried where ${held(claim)}`;
  const done = await executePrepared(db, 'settle_submitted', statement);
  return done.rowCount === 1;
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
    update batches set status = 'pending', ${released}, last_error = ${reason},
      not_before = clock_timestamp() + ${afterMs} * interval '1 millisecond',
      attempts = attempts - ${countAttempt ? 0 : 1},
      first_attempt_at = case when ${countAttempt} or attempts > 1 then first_attempt_at end,
      body_sha256 = case when ${countAttempt} or attempts > 1 then body_sha256 end
    where ${held(claim)}`);
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
    sql`update batches set status = ${status}, ${released}, last_error = ${reason} where ${held(claim)}`,
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
    sql`update batches set status = 'split', ${released}, last_error = ${reason} where ${held(claim)}`,
  );
  return done.rowCount === 1;
}

/** Batches without an answer for too long to ask again: what became of them is unknown. */
export async function expireUnanswered(db: Queryable, issueId: number): Promise<number> {
  const done = await db.execute(sql`
    update batches set status = 'unknown', ${released}
    where issue_id = ${issueId} and status in ('pending', 'submitting')
      and first_attempt_at <= clock_timestamp() - ${unknownAfter}
      and (lease_until is null or lease_until < clock_timestamp())`);
  return done.rowCount ?? 0;
}
