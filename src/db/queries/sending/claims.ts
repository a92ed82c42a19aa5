import { sql } from 'drizzle-orm';
import type { Recipient } from '../../../domain/issue/rendered-issue.ts';
import { maxBatchSize } from '../../../domain/sending/mailer.ts';
import type { Queryable } from '../../client.ts';
import { executePrepared, unseenByPlanner } from '../../sql.ts';

/** Not posted again after this: the provider forgets an idempotency key after 24 hours. */
const unknownAfter = sql`interval '23 hours'`;

/** A batch that this process may post until its lease ends; only the holder of `token` may settle it. */
export interface ClaimedBatch {
  readonly issueId: number;
  readonly no: number;
  readonly token: string;
  readonly attempts: number;
  /** Hash of the body at the first attempt; null before that. */
  readonly bodySha256: string | null;
  /** Why it was put back, or why its recipients were moved to it; null if neither happened. */
  readonly lastError: string | null;
  /** By position, without those skipped. */
  readonly recipients: readonly Recipient[];
}

/** A batch that is not under claim has neither. */
export const clearedLease = sql`token = null, lease_until = null`;

/**
 * Batch `b` of issue `i` is open and may be posted, now or when it is due. A batch without the hash of its body was
 * never posted, even if it was claimed.
 */
const mayBePosted = sql`b.status in ('pending', 'submitting')
  and (b.body_sha256 is null or b.first_attempt_at > clock_timestamp() - ${unknownAfter})
  and (i.status = 'sending' or (i.status in ('paused', 'cancelled') and b.body_sha256 is not null))`;

interface ClaimRow extends Record<string, unknown> {
  readonly no: number;
  readonly token: string;
  readonly attempts: number;
  readonly body_sha256: string | null;
  readonly last_error: string | null;
  readonly recipients: readonly (readonly [
    id: number,
    email: string,
    readerToken: string,
    leaveToken: string | null,
  ])[];
}

/**
 * Claims the next batches that may be posted: those pending and due, and those whose lease has expired. Returns none if
 * there are none now. Until a batch is posted for the first time, subscribers who have left since the freeze are
 * skipped; after that it has the same recipients in the same order for ever. Leases run on the database clock, so a
 * claim may be repeated by any process at any time.
 *
 * The commit of a first claim does not wait for the disk. `recordBodies` must follow before anything is posted; it
 * does wait, and puts the claim on disk as well.
 *
 * @param options.leaseMs how long the claim lasts unless settled
 * @param options.at the time that pauses of subscribers are compared with
 * @param options.atMost batches, from 1 to a few dozen; each number is a prepared statement of its own
 */
export async function claimBatches(
  db: Queryable,
  issueId: number,
  options: { readonly leaseMs: number; readonly at: Date; readonly atMost: number },
): Promise<readonly ClaimedBatch[]> {
  const { leaseMs, at } = options;
  const atMost = Math.trunc(options.atMost);
  const issue = unseenByPlanner(issueId);
  // A claim must read its own batches only, whatever the statistics say: they do not know the newest issue, and earlier
  // shapes then read all of it (446 ms with 60,000 readers after 8 issues, 18 s with 200,000 after 52; now 1 ms). So it
  // leaves PostgreSQL little to choose:
  // - Each delivery, subscriber and suppression is looked up for itself; a subquery with a limit is never made a join.
  // - Rows are updated where they were found (ctid). There they still are, because `next` leaves out a batch that has
  //   changed since the statement began to read: it may have lost recipients who are still among those read. The next
  //   claim takes it. Everything that skips or moves a batch's deliveries changes the batch.
  // - The limit is in the text. For a parameter PostgreSQL expects a tenth of all batches, rejects that plan as too
  //   expensive to reuse, and plans at every call, which takes longer than the claim of a batch.
  const { rows } = await executePrepared<ClaimRow>(
    db,
    `claim_batches_${atMost}`,
    sql`
    with locked as materialized (
      select b.no, b.ctid as version, b.body_sha256 is null as first
      from batches b join issues i on i.id = b.issue_id
      where b.issue_id = ${issue} and ${mayBePosted}
        and (b.lease_until is null or b.lease_until < clock_timestamp())
        and (b.not_before is null or b.not_before <= clock_timestamp())
      order by b.no limit ${sql.raw(String(atMost))}
      for update of b skip locked),
    next as materialized (
      select * from locked
      where version = (select b.ctid from batches b where b.issue_id = ${issue} and b.no = locked.no)),
    member as materialized (
      select next.no, d.*, case
        when not next.first then null
        when s.id is null or s.status <> 'confirmed' then 'unsubscribed'
        when s.paused_until > ${at} then 'paused'
        when x.email is not null then 'suppressed' end as leaves
      from next
        cross join lateral (
          select ctid as version, subscriber_id, email, reader_token, leave_token, position from deliveries d
          where d.issue_id = ${issue} and d.batch_no = next.no and d.skipped_reason is null
          order by d.position limit ${sql.raw(String(maxBatchSize))}) d
        left join lateral (
          select id, status, paused_until from subscribers where id = d.subscriber_id and next.first limit 1) s on true
        left join lateral (
          select email from suppressions where email = lower(d.email) and next.first limit 1) x on true),
    skipped as (
      update deliveries d
      set skipped_reason =
        (select jsonb_object_agg(subscriber_id, leaves) from member where leaves is not null) ->> d.subscriber_id::text
      where d.ctid = any(array(select version from member where leaves is not null))),
    people as materialized (
      select no, count(leaves) as leaving,
        json_agg(json_build_array(subscriber_id, email, reader_token, leave_token) order by position)
          filter (where leaves is null) as staying
      from member group by no),
    claimed as (
      update batches b
      set status = 'submitting', token = gen_random_uuid(), not_before = null,
        attempts = case when b.body_sha256 is null then 1 else b.attempts + 1 end,
        lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond',
        first_attempt_at = case when b.body_sha256 is null then statement_timestamp() else b.first_attempt_at end,
        skipped = b.skipped + coalesce((select leaving from people where people.no = b.no), 0)
      where b.ctid = any(array(select version from next))
      returning b.no, b.attempts, b.token, b.body_sha256, b.last_error)
    select no, token, attempts, body_sha256, last_error, coalesce(staying, '[]') as recipients,
      set_config('synchronous_commit', case when (select bool_and(first) from next) then 'off' else 'on' end, true)
        as commit
    from claimed left join people using (no) order by no`,
  );
  return rows.map((batch) => ({
    issueId,
    no: batch.no,
    token: batch.token,
    attempts: batch.attempts,
    bodySha256: batch.body_sha256,
    lastError: batch.last_error,
    recipients: batch.recipients.map(([subscriberId, email, readerToken, leaveToken]) => ({
      subscriberId,
      email,
      readerToken,
      leaveToken,
    })),
  }));
}

/** Milliseconds until another batch may be claimed, 0 for now; null if none is left to post. */
export async function nextClaimInMs(db: Queryable, issueId: number): Promise<number | null> {
  const { rows } = await db.execute<{ ms: number | null }>(sql`
    select extract(epoch from min(greatest(b.lease_until, b.not_before, clock_timestamp())) - clock_timestamp())::float8 * 1000 as ms
    from batches b join issues i on i.id = b.issue_id
    where b.issue_id = ${unseenByPlanner(issueId)} and ${mayBePosted}`);
  const ms = rows[0]?.ms ?? null;
  return ms === null ? null : Math.max(0, Math.ceil(ms));
}

/** Marks batches as unknown that have had no answer for too long to be posted again. Returns how many. */
export async function expireUnanswered(db: Queryable, issueId: number): Promise<number> {
  const done = await db.execute(sql`
    update batches set status = 'unknown', ${clearedLease}
    where issue_id = ${unseenByPlanner(issueId)} and status in ('pending', 'submitting') and body_sha256 is not null
      and first_attempt_at <= clock_timestamp() - ${unknownAfter}
      and (lease_until is null or lease_until < clock_timestamp())`);
  return done.rowCount ?? 0;
}

/** Resets batches whose worker died before posting them, as if they had never been claimed. */
export async function releaseUnposted(db: Queryable, issueId: number): Promise<void> {
  await db.execute(sql`
    update batches set status = 'pending', ${clearedLease}, attempts = 0, first_attempt_at = null
    where issue_id = ${unseenByPlanner(issueId)} and status = 'submitting' and body_sha256 is null
      and lease_until < clock_timestamp()`);
}
