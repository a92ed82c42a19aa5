import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '../../client.ts';

/** Marks a subscriber for erasure and ends the subscription; false if there is no such subscriber. */
export async function requestErasure(tx: Tx, subscriberId: number, at: Date): Promise<boolean> {
  const done = await tx.execute(sql`
    update subscribers set erase_requested_at = coalesce(erase_requested_at, ${at}), paused_until = null,
      unsubscribed_at = case when status = 'unsubscribed' then unsubscribed_at else ${at} end, status = 'unsubscribed'
    where id = ${subscriberId}`);
  return done.rowCount === 1;
}

export async function readErasureRequests(db: Queryable): Promise<number[]> {
  const { rows } = await db.execute<{ id: number }>(
    sql`select id::int as id from subscribers where erase_requested_at is not null order by id`,
  );
  return rows.map(({ id }) => id);
}

/** The address of a subscriber marked for erasure, locked until the transaction ends; null if there is none. */
export async function lockErasureRequest(tx: Tx, subscriberId: number): Promise<string | null> {
  const { rows } = await tx.execute<{ email: string }>(sql`
    select email from subscribers where id = ${subscriberId} and erase_requested_at is not null for update`);
  return rows[0]?.email ?? null;
}

/**
 * Skips the subscriber's deliveries in batches that have never been attempted, as a claim would. Waits for a batch
 * that is being claimed.
 */
export async function skipUnattempted(tx: Tx, subscriberId: number): Promise<void> {
  await tx.execute(sql`
    with theirs as materialized (
      select issue_id, batch_no as no from deliveries
      where issue_id in (select id from issues) and subscriber_id = ${subscriberId} and skipped_reason is null),
    unattempted as materialized (
      select b.issue_id, b.no from theirs join batches b using (issue_id, no)
      where b.status in ('pending', 'held') and b.first_attempt_at is null
      for update of b),
    skipped as (
      update deliveries d set skipped_reason = 'unsubscribed' from unattempted u
      where d.issue_id = u.issue_id and d.subscriber_id = ${subscriberId})
    update batches b set skipped = skipped + 1 from unattempted u where b.issue_id = u.issue_id and b.no = u.no`);
}

/**
 * The weeks in which a batch with this subscriber may still have to be posted again, with the same bytes. What waits
 * for a person in a cancelled issue is never posted again.
 */
export async function weeksStillPosting(tx: Tx, subscriberId: number): Promise<string[]> {
  const { rows } = await tx.execute<{ week: string }>(sql`
    select i.week from deliveries d
    join batches b on b.issue_id = d.issue_id and b.no = d.batch_no join issues i on i.id = d.issue_id
    where d.issue_id in (select id from issues) and d.subscriber_id = ${subscriberId} and d.skipped_reason is null
      and (b.status in ('pending', 'submitting') or (b.status in ('held', 'unknown') and i.status <> 'cancelled'))
    order by i.week`);
  return rows.map(({ week }) => week);
}

/** Whether the address is stored other than with a subscriber: as a suppression, or in a waiting sign-up. */
export async function isAddressStored(db: Queryable, email: string): Promise<boolean> {
  const { rows } = await db.execute<{ holds: boolean }>(sql`
    select exists (select from suppressions where email = lower(${email}))
      or exists (select from sign_ups where outcome = 'waiting' and lower(email) = lower(${email})) as holds`);
  return rows[0]?.holds ?? false;
}

/**
 * Removes an address from every table; only its keyed hash remains. Deliveries are kept without it, so that issues
 * still add up. `subscriberId` is null if there is only a suppression or a waiting sign-up.
 */
export async function eraseAddress(
  tx: Tx,
  who: {
    readonly email: string;
    readonly addressHash: string;
    readonly secretId: string;
    readonly subscriberId: number | null;
  },
  at: Date,
): Promise<void> {
  const { email, addressHash, secretId, subscriberId } = who;
  await tx.execute(sql`
    insert into erased_addresses (address_hash, suppression, asked_at, erased_at, secret_id)
    select ${addressHash}, x.reason, x.asked_at, ${at}::timestamptz, ${secretId}
    from (select) one left join suppressions x on x.email = lower(${email})
    on conflict (address_hash) do update
      set suppression = coalesce(excluded.suppression, erased_addresses.suppression),
        asked_at = greatest(excluded.asked_at, erased_addresses.asked_at), erased_at = excluded.erased_at,
        left_at = null, reader_token = null, secret_id = excluded.secret_id`);
  await tx.execute(sql`delete from suppressions where email = lower(${email})`);
  await tx.execute(sql`delete from suppression_lifts where email = lower(${email})`);
  await tx.execute(
    sql`delete from sign_ups where subscriber_id = ${subscriberId} or (outcome = 'waiting' and lower(email) = lower(${email}))`,
  );
  await tx.execute(sql`
    update deliveries set email = '', reader_token = '', leave_token = null
    where issue_id in (select id from issues) and subscriber_id = ${subscriberId}`);
  await tx.execute(sql`delete from subscribers where id = ${subscriberId}`);
}
