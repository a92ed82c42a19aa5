import { sql } from 'drizzle-orm';
import type { SuppressionReason } from '../../../domain/audience/subscriber.ts';
import type { Queryable, Tx } from '../../client.ts';
import { isoInstant } from '../../sql.ts';

/** Somebody whose address is no longer kept; times are ISO 8601. */
export interface ErasedAddress {
  /** Null for somebody who asked to be erased. */
  readonly leftAt: string | null;
  readonly erasedAt: string;
  readonly suppression: SuppressionReason | null;
}

export async function findErased(db: Queryable, addressHash: string): Promise<ErasedAddress | null> {
  const { rows } = await db.execute<ErasedAddress & Record<string, unknown>>(sql`
    select ${isoInstant(sql`left_at`)} as "leftAt", ${isoInstant(sql`erased_at`)} as "erasedAt", suppression
    from erased_addresses where address_hash = ${addressHash}`);
  return rows[0] ?? null;
}

/** When the former reader with this token left; null if nobody whose address was erased for its age had it. */
export async function findTimeOfLeaving(db: Queryable, readerToken: string): Promise<Date | null> {
  const { rows } = await db.execute<{ left_at: string }>(
    sql`select left_at from erased_addresses where reader_token = ${readerToken}`,
  );
  return rows[0] === undefined ? null : new Date(rows[0].left_at);
}

export async function hasErasedAddresses(db: Queryable): Promise<boolean> {
  const { rows } = await db.execute(sql`select from erased_addresses limit 1`);
  return rows.length > 0;
}

/** How many hashes were made with another secret, and so recognise nobody. */
export async function countOtherSecrets(db: Queryable, secretId: string): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from erased_addresses where secret_id <> ${secretId}`,
  );
  return rows[0]?.n ?? 0;
}

/** Notes that these must not be mailed, whoever they are; a reason that is known stays. Returns how many are new. */
export async function suppressErased(
  tx: Tx,
  reports: readonly { readonly addressHash: string; readonly reason: SuppressionReason }[],
): Promise<number> {
  if (reports.length === 0) return 0;
  // Locked in the order of hashes, so that two processes with the same reports cannot deadlock.
  const done = await tx.execute(sql`
    with reported as (
      select distinct on (hash) hash, reason from unnest(
        ${sql.param(reports.map(({ addressHash }) => addressHash))}::text[],
        ${sql.param(reports.map(({ reason }) => reason))}::text[]) as r(hash, reason)
      order by hash, reason),
    locked as materialized (
      select e.address_hash as hash, r.reason from erased_addresses e join reported r on r.hash = e.address_hash
      where e.suppression is null order by e.address_hash for update of e)
    update erased_addresses e set suppression = locked.reason from locked where e.address_hash = locked.hash`);
  return done.rowCount ?? 0;
}

/** Lifts the suppressions of these, for one of these reasons, of people whose addresses are not kept. Returns how many. */
export async function liftErased(
  tx: Tx,
  addressHashes: readonly string[],
  lifts: readonly SuppressionReason[],
): Promise<number> {
  if (addressHashes.length === 0) return 0;
  const done = await tx.execute(sql`
    update erased_addresses set suppression = null, asked_at = null
    where address_hash = any(${sql.param(addressHashes)}::text[]) and suppression = any(${sql.param(lifts)}::text[])`);
  return done.rowCount ?? 0;
}

/**
 * For somebody who has signed up and confirmed again: they have the token of their old links again, so that these end
 * the new subscription too. A suppression stays one; it counts as from before their link if that was mailed to lift it.
 * Returns whether it was.
 */
export async function rememberAgain(
  tx: Tx,
  reader: {
    readonly id: number;
    readonly email: string;
    readonly addressHash: string;
    readonly linkMailedAt: Date;
  },
  at: Date,
): Promise<boolean> {
  const { rows } = await tx.execute<{ lifts: boolean }>(sql`
    with known as (
      delete from erased_addresses where address_hash = ${reader.addressHash}
      returning reader_token, suppression, asked_at),
    suppressed as (
      insert into suppressions (email, reason, created_at)
      select lower(${reader.email}), suppression, case when asked_at <= ${reader.linkMailedAt} then asked_at else ${at} end
      from known where suppression is not null on conflict do nothing),
    renamed as (
      update subscribers s set reader_token = known.reader_token from known
      where s.id = ${reader.id} and known.reader_token is not null)
    select exists (select from known where suppression is not null and asked_at <= ${reader.linkMailedAt}) as lifts`);
  return rows[0]?.lifts ?? false;
}

/** Turns somebody who was forgotten into somebody erased: only the hash stays. False if there is nobody to erase. */
export async function eraseForgotten(tx: Tx, addressHash: string, at: Date): Promise<boolean> {
  const done = await tx.execute(sql`
    update erased_addresses set left_at = null, reader_token = null, erased_at = ${at}
    where address_hash = ${addressHash} and left_at is not null`);
  return done.rowCount === 1;
}
