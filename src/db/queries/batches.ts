import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Recipient } from '../../domain/rendered-issue.ts';
import type { Queryable, Tx } from '../client.ts';
import type { RejectedDelivery } from '../schema/index.ts';

/** No re-post after this long: the provider forgets an idempotency key after 24 hours. */
const unknownAfter = sql`interval '23 hours'`;

/** A batch that may be posted now, locked until the transaction ends, so that nobody else claims it. */
export interface PostableBatch {
  readonly issueId: number;
  readonly no: number;
  /** Attempts so far. */
  readonly attempts: number;
  /** Hash of the body at the first attempt; null before it. */
  readonly bodySha256: string | null;
  /** In order of position, skipped ones left out. */
  readonly recipients: readonly Recipient[];
}

/** A batch that this process may post until the lease ends; `token` proves it when settling. */
export interface ClaimedBatch extends PostableBatch {
  readonly token: string;
}

/** `b` is a batch, `i` its issue: open, and posting it is allowed now or will be once its time comes. */
const mayBePosted = sql`b.status in ('pending', 'submitting')
  and (b.first_attempt_at is null or b.first_attempt_at > clock_timestamp() - ${unknownAfter})
  and (i.status = 'sending' or (i.status in ('paused', 'cancelled') and b.first_attempt_at is not null))`;

/**
 * The next batch that may be posted: pending and due, or under a lease that ran out. At the first attempt only,
 * those who left since the freeze are skipped; from then on the batch is the same people in the same order for
 * ever. Null when there is none now. To be claimed in the same transaction.
 */
export async function nextBatch(tx: Tx, issueId: number, at: Date): Promise<PostableBatch | null> {
  const { rows } = await tx.execute<{
    no: number;
    first: boolean;
    attempts: number;
    body_sha256: string | null;
  }>(sql`
    select b.no, b.first_attempt_at is null as first, b.attempts, b.body_sha256
    from batches b join issues i on i.id = b.issue_id
    where b.issue_id = ${issueId} and ${mayBePosted}
      and (b.lease_until is null or b.lease_until < clock_timestamp())
      and (b.not_before is null or b.not_before <= clock_timestamp())
    order by b.no limit 1
    for update of b skip locked`);
  const [batch] = rows;
  if (batch === undefined) return null;
  return {
    issueId,
    no: batch.no,
    attempts: batch.attempts,
    bodySha256: batch.body_sha256,
    recipients: batch.first
      ? await skipThoseWhoLeft(tx, issueId, batch.no, at)
      : await readRecipients(tx, issueId, batch.no),
  };
}

/**
 * Claims it under a lease on the database's clock. The transaction is committed before anything is posted, and
 * with it the hash of what will be; an earlier attempt's stays.
 */
export async function claimBatch(
  tx: Tx,
  batch: PostableBatch,
  { leaseMs, sha256 }: { readonly leaseMs: number; readonly sha256: string | null },
): Promise<ClaimedBatch> {
  const token = randomUUID();
  await tx.execute(sql`
    update batches
    set status = 'submitting', token = ${token}::uuid, attempts = attempts + 1, not_before = null,
      lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond',
      first_attempt_at = coalesce(first_attempt_at, clock_timestamp()),
      body_sha256 = coalesce(body_sha256, ${sha256})
    where issue_id = ${batch.issueId} and no = ${batch.no}`);
  return { ...batch, token, attempts: batch.attempts + 1 };
}

interface RecipientRow extends Record<string, unknown> {
  subscriber_id: string;
  email: string;
  reader_token: string;
}

/**
 * Who of the batch still may be mailed, in order; the others are marked with the reason. The `limit` keeps the
 * planner from reading all suppressions into a hash at every claim, which it would for a hundred look-ups.
 */
async function skipThoseWhoLeft(tx: Tx, issueId: number, no: number, at: Date): Promise<Recipient[]> {
  const { rows } = await tx.execute<RecipientRow>(sql`
    with member as materialized (
      select d.subscriber_id, d.email, d.reader_token, d.position, case
        when s.id is null or s.status <> 'confirmed' then 'unsubscribed'
        when s.paused_until > ${at} then 'paused'
        when x.email is not null then 'suppressed' end as leaves
      from deliveries d left join subscribers s on s.id = d.subscriber_id
        left join lateral (select email from suppressions where email = lower(d.email) limit 1) x on true
      where d.issue_id = ${issueId} and d.batch_no = ${no} and d.skipped_reason is null),
    skipped as (
      update deliveries d set skipped_reason = m.leaves from member m
      where m.leaves is not null and d.issue_id = ${issueId} and d.subscriber_id = m.subscriber_id
      returning 1),
    counted as (
      update batches set skipped = skipped + (select count(*) from skipped)
      where issue_id = ${issueId} and no = ${no} and exists (select from skipped))
    select subscriber_id, email, reader_token from member where leaves is null order by position`);
  return rows.map(toRecipient);
}

async function readRecipients(tx: Tx, issueId: number, no: number): Promise<Recipient[]> {
  const { rows } = await tx.execute<RecipientRow>(sql`
    select subscriber_id, email, reader_token from deliveries
    where issue_id = ${issueId} and batch_no = ${no} and skipped_reason is null
    order by position`);
  return rows.map(toRecipient);
}

function toRecipient(row: RecipientRow): Recipient {
  return {
    subscriberId: Number(row.subscriber_id),
    email: row.email,
    readerToken: row.reader_token,
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

/** Books the batch as accepted. False, here and below, when another process took the batch over. */
export async function settleSubmitted(
  db: Queryable,
  claim: Claim,
  ids: readonly (string | null)[],
  rejected: readonly RejectedDelivery[],
): Promise<boolean> {
  const done = await db.execute(sql`
    update batches set status = 'submitted', ${released}, submitted_at = clock_timestamp(), last_error = null,
      provider_ids = ${JSON.stringify(ids)}::jsonb, rejected = ${JSON.stringify(rejected)}::jsonb
    where ${held(claim)}`);
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
