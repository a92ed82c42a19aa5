import { sql } from 'drizzle-orm';
import type { SubscriberStatus, SuppressionReason } from '../../../domain/audience/subscriber.ts';
import type { Queryable, Tx } from '../../client.ts';

export interface Consent {
  readonly source: string;
  readonly wording: string | null;
  readonly network: string;
  readonly at: Date;
}

export interface SubscriberStanding {
  readonly id: number;
  readonly status: SubscriberStatus;
}

/**
 * Adds a pending subscriber, or stores the newer consent if one is pending already. Other subscribers are left as they
 * are: signing up again never ends a confirmed subscription.
 */
export async function upsertPending(
  tx: Tx,
  reader: { readonly email: string; readonly readerToken: string },
  { source, wording, network, at }: Consent,
): Promise<SubscriberStanding> {
  await tx.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, consent_wording, consent_network, consented_at, created_at)
    values (${reader.email}, 'pending', ${reader.readerToken}, ${source}, ${wording}, ${network}, ${at}, ${at})
    on conflict (lower(email)) do update
      set consent_source = excluded.consent_source, consent_wording = excluded.consent_wording,
        consent_network = excluded.consent_network, consented_at = excluded.consented_at
      where subscribers.status = 'pending'`);
  const { rows } = await tx.execute<{ id: string; status: SubscriberStatus }>(
    sql`select id, status from subscribers where lower(email) = lower(${reader.email}) for update`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a subscriber disappeared during the transaction');
  return { id: Number(row.id), status: row.status };
}

/** Why an address must not be mailed, and when its owner was last mailed a link that lifts it. */
export interface Standing {
  readonly reason: SuppressionReason;
  readonly askedAt: Date | null;
}

/** The subscriber with this address, and whether the address is suppressed, also from before an erasure. */
export async function findByAddress(
  db: Queryable,
  email: string,
  addressHash: string,
): Promise<{ readonly subscriber: SubscriberStanding | null; readonly suppression: Standing | null }> {
  const { rows } = await db.execute<{
    id: string | null;
    status: SubscriberStatus;
    reason: SuppressionReason | null;
    asked_at: string | null;
  }>(sql`
    with wanted as (select lower(${email}) as email)
    select s.id, s.status, coalesce(x.reason, e.suppression) as reason, greatest(x.asked_at, e.asked_at) as asked_at
    from wanted left join subscribers s on lower(s.email) = wanted.email
      left join suppressions x on x.email = wanted.email
      left join erased_addresses e on e.address_hash = ${addressHash} and e.suppression is not null`);
  const [row] = rows;
  return {
    subscriber: row?.id == null ? null : { id: Number(row.id), status: row.status },
    suppression:
      row?.reason == null
        ? null
        : { reason: row.reason, askedAt: row.asked_at === null ? null : new Date(row.asked_at) },
  };
}

/**
 * Confirms a subscriber, with the consent given in the sign-up if it is still stored. Ends a request for erasure that
 * still waits: whoever confirms wants mail again. Returns the address.
 */
export async function confirmSubscription(
  tx: Tx,
  reader: { readonly id: number; readonly signUpId: number | null },
  at: Date,
): Promise<string> {
  const { rows } = await tx.execute<{ email: string }>(sql`
    update subscribers s
    set status = 'confirmed', confirmed_at = ${at}, unsubscribed_at = null, left_by = null, paused_until = null, goodbye_due = false,
      erase_requested_at = null, consent_source = coalesce(u.source, s.consent_source), consent_wording = coalesce(u.wording, s.consent_wording),
      consent_network = coalesce(u.network, s.consent_network), consented_at = coalesce(u.created_at, s.consented_at)
    from (select) one left join sign_ups u on u.id = ${reader.signUpId}
    where s.id = ${reader.id}
    returning s.email`);
  return rows[0]?.email ?? '';
}

const left = (at: Date) =>
  sql`status = 'unsubscribed', unsubscribed_at = ${at}, paused_until = null, goodbye_due = true`;

/**
 * Ends subscriptions, except those that had ended before, and owes each reader a goodbye mail. Returns the tokens of
 * those that ended.
 */
export async function unsubscribeByTokens(
  db: Queryable,
  tokens: readonly string[],
  at: Date,
): Promise<string[]> {
  const { rows } = await db.execute<{ reader_token: string }>(sql`
    update subscribers set ${left(at)}
    where reader_token = any(${sql.param(tokens)}::text[]) and status <> 'unsubscribed'
    returning reader_token`);
  return rows.map((row) => row.reader_token);
}

/** Ends one subscription for a person who says why, as above. False if nobody with this address subscribes. */
export async function unsubscribeByAddress(
  db: Queryable,
  email: string,
  { leftBy, at }: { readonly leftBy: string; readonly at: Date },
): Promise<boolean> {
  const done = await db.execute(sql`
    update subscribers set ${left(at)}, left_by = ${leftBy}
    where lower(email) = lower(${email}) and status <> 'unsubscribed'`);
  return done.rowCount === 1;
}

/** What a reader could take back: leaving at a moment, if they had confirmed and may be mailed. */
const returnable = (token: string, leftAt: Date) => sql`
  reader_token = ${token} and status = 'unsubscribed' and unsubscribed_at = ${leftAt} and confirmed_at is not null
    and erase_requested_at is null and not exists (select from suppressions x where x.email = lower(s.email))`;

export async function canReturn(db: Queryable, token: string, leftAt: Date): Promise<boolean> {
  const { rows } = await db.execute(sql`select from subscribers s where ${returnable(token, leftAt)}`);
  return rows.length > 0;
}

/** Continues the subscription that ended at `leftAt`. False if it goes on already, or was ended again. */
export async function returnToSubscription(db: Queryable, token: string, leftAt: Date): Promise<boolean> {
  const done = await db.execute(sql`
    update subscribers s set status = 'confirmed', unsubscribed_at = null, left_by = null, goodbye_due = false
    where ${returnable(token, leftAt)}`);
  return done.rowCount === 1;
}

/** Ends the subscription of the reader with this token, as above, unless the reader consented after `writtenAt`. */
export async function unsubscribeByLeaveToken(
  db: Queryable,
  leaveToken: string,
  { writtenAt, at }: { readonly writtenAt: Date; readonly at: Date },
): Promise<void> {
  await db.execute(sql`
    update subscribers set ${left(at)}
    where leave_token = ${leaveToken} and status <> 'unsubscribed'
      and coalesce(greatest(confirmed_at, consented_at) <= ${writtenAt}, true)`);
}

/** Takes the readers, at most `limit`, to whom a goodbye mail is owed: whoever takes them enqueues it in `tx`. */
export async function takeGoodbyes(
  tx: Tx,
  limit: number,
): Promise<{ readonly subscriberId: number; readonly leftAt: Date }[]> {
  const { rows } = await tx.execute<{ id: string; left_at: string }>(sql`
    update subscribers s set goodbye_due = false
    from (select id from subscribers where goodbye_due limit ${limit} for update skip locked) due
    where s.id = due.id returning s.id, s.unsubscribed_at as left_at`);
  return rows.map(({ id, left_at }) => ({ subscriberId: Number(id), leftAt: new Date(left_at) }));
}

/** The one of these tokens that a reader has or, before they left long ago, had; null if nobody has any. */
export async function findReaderToken(db: Queryable, tokens: readonly string[]): Promise<string | null> {
  const { rows } = await db.execute<{ token: string }>(sql`
    select reader_token as token from subscribers where reader_token = any(${sql.param(tokens)}::text[])
    union all
    select reader_token from erased_addresses where reader_token = any(${sql.param(tokens)}::text[])
    limit 1`);
  return rows[0]?.token ?? null;
}

export interface Preferences extends SubscriberStanding {
  readonly pausedUntil: Date | null;
  /** Why nothing is mailed to the address; null if it may be. */
  readonly suppression: SuppressionReason | null;
}

export async function findPreferences(db: Queryable, token: string): Promise<Preferences | null> {
  const { rows } = await db.execute<{
    id: string;
    status: SubscriberStatus;
    paused_until: string | null;
    suppression: SuppressionReason | null;
  }>(sql`
    select s.id, s.status, s.paused_until, x.reason as suppression
    from subscribers s left join suppressions x on x.email = lower(s.email) where s.reader_token = ${token}`);
  const [row] = rows;
  if (row === undefined) return null;
  const pausedUntil = row.paused_until === null ? null : new Date(row.paused_until);
  return { id: Number(row.id), status: row.status, pausedUntil, suppression: row.suppression };
}

/** Sets or (with null) ends the pause of a confirmed subscriber. */
export async function setPause(db: Queryable, id: number, until: Date | null): Promise<void> {
  await db.execute(
    sql`update subscribers set paused_until = ${until} where id = ${id} and status = 'confirmed'`,
  );
}

/** Subscribers pending since `before` or longer who were never reminded and are not suppressed; oldest first. */
export async function readUnreminded(db: Queryable, before: Date, limit: number): Promise<number[]> {
  const { rows } = await db.execute<{ id: number }>(sql`
    select s.id::int as id from subscribers s
    where s.status = 'pending' and s.consented_at <= ${before} and s.reminded_at is null
      and not exists (select from suppressions x where x.email = lower(s.email))
    order by s.consented_at limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** False if the subscriber was reminded already or is no longer pending. */
export async function markReminded(tx: Tx, id: number, at: Date): Promise<boolean> {
  const done = await tx.execute(sql`
    update subscribers set reminded_at = ${at} where id = ${id} and status = 'pending' and reminded_at is null`);
  return done.rowCount === 1;
}

/** Deletes subscribers who never confirmed. Returns how many. */
export async function deletePendingSince(db: Queryable, before: Date): Promise<number> {
  const done = await db.execute(
    sql`delete from subscribers where status = 'pending' and consented_at < ${before}`,
  );
  return done.rowCount ?? 0;
}
