import { sql } from 'drizzle-orm';
import type { Tx } from '../../client.ts';

/** Rows that one transaction may change. */
const mostRows = 5_000;

/** Of one person, apart from deliveries: the subscriber, the hash, a suppression, and a few sign-ups. */
const ownRows = 6;

/**
 * Locks subscribers who left before `before`, those who left first first, and skips those that another process has
 * locked. Leaves out whoever asked to be erased, has a mailed link, or is in an issue that is not finished, which may
 * have to be posted again with the same bytes; what waits for a person in a cancelled issue never is. At most as many
 * as `forgetSubscribers` can forget by changing 5,000 rows.
 */
export async function lockForgettable(tx: Tx, before: Date): Promise<{ id: number; email: string }[]> {
  // The subqueries with `limit 1` stay look-ups by index; PostgreSQL may turn `not exists` into a hash of all
  // deliveries of the issue that is being sent.
  const { rows } = await tx.execute<{ id: number; email: string }>(sql`
    with unfinished as materialized (
      select i.id from issues i
      where i.frozen_at is not null and (i.status not in ('sent', 'cancelled', 'missed') or i.status = 'cancelled' and exists (
        select from batches b where b.issue_id = i.id and b.status in ('pending', 'submitting'))))
    select s.id::int as id, s.email from subscribers s
    where s.status = 'unsubscribed' and s.unsubscribed_at < ${before} and s.erase_requested_at is null
      and (select 1 from mailed_links l where l.subscriber_id = s.id limit 1) is null
      and (
        select 1 from unfinished u join deliveries d on d.issue_id = u.id and d.subscriber_id = s.id limit 1) is null
    order by s.unsubscribed_at
    limit (select greatest(1, ${mostRows}::int / (${ownRows}::int + count(*))) from issues
      where frozen_at is not null and deliveries_pruned_at is null)
    for update of s skip locked`);
  return rows;
}

/**
 * Replaces these subscribers, locked by `lockForgettable`, by their keyed hashes: their addresses and tokens leave the
 * deliveries, and everything else about them is deleted. A suppression goes on with the hash. Returns how many.
 */
export async function forgetSubscribers(
  tx: Tx,
  readers: readonly { readonly id: number; readonly addressHash: string }[],
  secretId: string,
  at: Date,
): Promise<number> {
  if (readers.length === 0) return 0;
  // A link may have been mailed just before the lock. Two addresses that PostgreSQL tells apart may have one hash.
  const { rows } = await tx.execute<{ forgotten: number }>(sql`
    with who as materialized (
      select s.id, lower(s.email) as email, s.reader_token, s.unsubscribed_at, g.hash
      from unnest(
        ${sql.param(readers.map(({ id }) => id))}::bigint[],
        ${sql.param(readers.map(({ addressHash }) => addressHash))}::text[]) as g(id, hash)
      join subscribers s on s.id = g.id
      where (select 1 from mailed_links l where l.subscriber_id = s.id limit 1) is null),
    suppressed as (
      delete from suppressions x using who where x.email = who.email returning x.email, x.reason, x.asked_at),
    lifts as (delete from suppression_lifts l using who where l.email = who.email),
    remembered as (
      insert into erased_addresses as kept (address_hash, suppression, asked_at, erased_at, left_at, reader_token, secret_id)
      select distinct on (who.hash) who.hash, suppressed.reason, suppressed.asked_at, ${at}::timestamptz, who.unsubscribed_at, who.reader_token, ${secretId}
      from who left join suppressed using (email)
      order by who.hash, suppressed.reason nulls last, who.id
      on conflict (address_hash) do update
        set suppression = coalesce(kept.suppression, excluded.suppression),
          asked_at = greatest(kept.asked_at, excluded.asked_at), erased_at = excluded.erased_at,
          left_at = excluded.left_at, reader_token = coalesce(kept.reader_token, excluded.reader_token),
          secret_id = excluded.secret_id),
    place as materialized (
      select found.place from who cross join issues i cross join lateral (
        select d.ctid as place from deliveries d
        where d.issue_id = i.id and d.subscriber_id = who.id and d.email <> '' limit 1) found
      where i.frozen_at is not null and i.deliveries_pruned_at is null),
    cleared as (update deliveries d set email = '', reader_token = '', leave_token = null from place where d.ctid = place.place),
    signed_up as (delete from sign_ups u using who where u.subscriber_id = who.id),
    deleted as (delete from subscribers s using who where s.id = who.id returning 1)
    select count(*)::int as forgotten from deleted`);
  return rows[0]?.forgotten ?? 0;
}
