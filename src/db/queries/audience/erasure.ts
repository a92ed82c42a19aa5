import { sql } from 'drizzle-orm';
import type { SuppressionReason } from '../../../domain/audience/subscriber.ts';
import type { Queryable, Tx } from '../../client.ts';

/** Marks somebody for erasure and ends their subscription; false when they are gone. */
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

/** Who is marked for erasure, locked until the end of the transaction. */
export async function lockErasureRequest(tx: Tx, subscriberId: number): Promise<string | null> {
  const { rows } = await tx.execute<{ email: string }>(sql`
    select email from subscribers where id = ${subscriberId} and erase_requested_at is not null for update`);
  return rows[0]?.email ?? null;
}

/**
 * Takes their delivery out of batches that nobody has tried to post yet: as a claim would, which skips who has left.
 * A batch under claim is waited for.
 */
export async function skipUnattempted(tx: Tx, subscriberId: number): Promise<void> {
  await tx.execute(sql`
    with untried as materialized (
      select b.issue_id, b.no from batches b
      join deliveries d on d.issue_id = b.issue_id and d.batch_no = b.no
      where d.issue_id in (select id from issues) and d.subscriber_id = ${subscriberId} and d.skipped_reason is null
        and b.status in ('pending', 'held') and b.first_attempt_at is null
      for update of b),
    skipped as (
      update deliveries d set skipped_reason = 'unsubscribed' from untried u
      where d.issue_id = u.issue_id and d.subscriber_id = ${subscriberId})
    update batches b set skipped = skipped + 1 from untried u where b.issue_id = u.issue_id and b.no = u.no`);
}

/** Weeks of issues whose batch with this person may still have to be posted with the same bytes. */
export async function weeksStillPosting(tx: Tx, subscriberId: number): Promise<string[]> {
  const { rows } = await tx.execute<{ week: string }>(sql`
    select i.week from deliveries d
    join batches b on b.issue_id = d.issue_id and b.no = d.batch_no join issues i on i.id = d.issue_id
    where d.issue_id in (select id from issues) and d.subscriber_id = ${subscriberId} and d.skipped_reason is null
      and b.status in ('pending', 'submitting', 'held', 'unknown')
    order by i.week`);
  return rows.map(({ week }) => week);
}

/** Whether anything but a subscriber holds the address: a suppression, or a sign-up that waits. */
export async function isAddressStored(db: Queryable, email: string): Promise<boolean> {
  const { rows } = await db.execute<{ holds: boolean }>(sql`
    select exists (select from suppressions where email = lower(${email}))
      or exists (select from sign_ups where outcome = 'waiting' and lower(email) = lower(${email})) as holds`);
  return rows[0]?.holds ?? false;
}

/**
 * Takes an address out of every table; `subscriberId` null when there is only a suppression or a waiting
 * sign-up. Deliveries stay as figures. What remains is the keyed hash.
 */
export async function eraseAddress(
  tx: Tx,
  who: { readonly email: string; readonly addressHash: string; readonly subscriberId: number | null },
  at: Date,
): Promise<void> {
  const { email, addressHash, subscriberId } = who;
  await tx.execute(sql`
    insert into erased_addresses (address_hash, suppression, erased_at)
    values (${addressHash}, (select reason from suppressions where email = lower(${email})), ${at})
    on conflict (address_hash) do update
      set suppression = coalesce(excluded.suppression, erased_addresses.suppression), erased_at = excluded.erased_at`);
  await tx.execute(sql`delete from suppressions where email = lower(${email})`);
  await tx.execute(
    sql`delete from sign_ups where subscriber_id = ${subscriberId} or (outcome = 'waiting' and lower(email) = lower(${email}))`,
  );
  await tx.execute(sql`
    update deliveries set email = '', reader_token = ''
    where issue_id in (select id from issues) and subscriber_id = ${subscriberId}`);
  await tx.execute(sql`delete from subscribers where id = ${subscriberId}`);
}

/** Of these hashes, those that belong to somebody who was erased. */
export async function findErasedHashes(
  db: Queryable,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, SuppressionReason | null>> {
  const { rows } = await db.execute<{ address_hash: string; suppression: SuppressionReason | null }>(sql`
    select address_hash, suppression from erased_addresses where address_hash = any(${sql.param(hashes)}::text[])`);
  return new Map(rows.map((row) => [row.address_hash, row.suppression]));
}

export async function hasErasedAddresses(db: Queryable): Promise<boolean> {
  const { rows } = await db.execute(sql`select from erased_addresses limit 1`);
  return rows.length > 0;
}

/** Somebody who was erased has signed up anew and confirmed. */
export async function forgetErasure(tx: Tx, addressHash: string): Promise<void> {
  await tx.execute(sql`delete from erased_addresses where address_hash = ${addressHash}`);
}
