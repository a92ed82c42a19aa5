import { sql } from 'drizzle-orm';
import { fewNetworks, type SignUpFigures, settlingMinutes } from '../../../domain/audience/sign-up-watch.ts';
import type { ConsentWording, SignUpPurpose } from '../../../domain/audience/subscriber.ts';
import type { Queryable, Tx } from '../../client.ts';

export interface NewSignUp {
  readonly email: string;
  readonly network: string;
  readonly source: string;
  readonly purpose: SignUpPurpose;
  /** The version of the wording that the form showed; an unknown one counts as the current one. */
  readonly shownVersion: string | null;
}

/**
 * Stores sign-ups for jobs to settle. The statement is the same whatever is known of an address, so that its time does
 * not tell whether somebody subscribes. Returns the ids.
 */
export async function insertSignUps(
  tx: Tx,
  signUps: readonly NewSignUp[],
  current: ConsentWording,
  at: Date,
): Promise<number[]> {
  const column = (name: keyof NewSignUp) => sql.param(signUps.map((signUp) => signUp[name]));
  const { rows } = await tx.execute<{ id: string }>(sql`
    with current as (
      insert into consent_wordings (version, text, first_used_at) values (${current.version}, ${current.text}, ${at})
      on conflict (version) do nothing)
    insert into sign_ups (email, network, source, purpose, wording, created_at, outcome)
    select s.email, s.network, s.source, s.purpose,
      case when s.purpose = 'subscribe' then coalesce(w.version, ${current.version}) end, ${at}, 'waiting'
    from unnest(${column('email')}::text[], ${column('network')}::text[], ${column('source')}::text[],
      ${column('purpose')}::text[], ${column('shownVersion')}::text[]) s(email, network, source, purpose, shown)
    left join consent_wordings w on w.version = s.shown
    returning id`);
  return rows.map(({ id }) => Number(id));
}

/** Stores, without the address, that a sign-up was refused by the limit of its network. */
export async function insertRefusedSignUp(
  db: Queryable,
  signUp: Pick<NewSignUp, 'network' | 'source'> & { readonly at: Date },
): Promise<void> {
  await db.execute(sql`
    insert into sign_ups (network, source, created_at, outcome)
    values (${signUp.network}, ${signUp.source}, ${signUp.at}, 'refused')`);
}

export interface WaitingSignUp {
  readonly id: number;
  readonly email: string;
  readonly network: string;
  readonly source: string;
  readonly purpose: SignUpPurpose;
  /** Null if it asks for links only. */
  readonly wording: string | null;
  readonly createdAt: Date;
}

/** Null if it has been settled. */
export async function findWaitingSignUp(db: Queryable, id: number): Promise<WaitingSignUp | null> {
  const { rows } = await db.execute<Omit<WaitingSignUp, 'createdAt'> & { created_at: string }>(sql`
    select id::int as id, email, network, source, purpose, wording, created_at from sign_ups
    where id = ${id} and outcome = 'waiting'`);
  const [row] = rows;
  if (row === undefined) return null;
  const { created_at, ...rest } = row;
  return { ...rest, createdAt: new Date(created_at) };
}

/** Stores the outcome and deletes the address. False if another run has settled it already. */
export async function settleSignUp(
  tx: Queryable,
  id: number,
  outcome: 'mailed' | 'quiet',
  subscriberId: number | null,
): Promise<boolean> {
  const done = await tx.execute(sql`
    update sign_ups set outcome = ${outcome}, email = null, not_before = null, subscriber_id = ${subscriberId}
    where id = ${id} and outcome = 'waiting'`);
  return done.rowCount === 1;
}

/** When the subscriber last asked for fresh links and was mailed them; null if never. */
export async function lastLinksAskedAt(db: Queryable, subscriberId: number): Promise<Date | null> {
  const { rows } = await db.execute<{ at: string | null }>(sql`
    select max(created_at) as at from sign_ups
    where subscriber_id = ${subscriberId} and purpose = 'link' and outcome = 'mailed'`);
  const at = rows[0]?.at ?? null;
  return at === null ? null : new Date(at);
}

export async function postponeSignUp(db: Queryable, id: number, until: Date): Promise<void> {
  await db.execute(sql`update sign_ups set not_before = ${until} where id = ${id} and outcome = 'waiting'`);
}

/** Oldest first. */
export async function readDueSignUps(db: Queryable, now: Date, limit: number): Promise<number[]> {
  const { rows } = await db.execute<{ id: number }>(sql`
    select id::int as id from sign_ups
    where outcome = 'waiting' and (not_before is null or not_before <= ${now})
    order by id limit ${limit}`);
  return rows.map(({ id }) => id);
}

export async function readSignUpFigures(db: Queryable, now: Date): Promise<SignUpFigures> {
  const { rows } = await db.execute<{ [K in keyof SignUpFigures]: number }>(sql`
    with recent as materialized (
      select network, purpose, outcome, created_at, subscriber_id from sign_ups
      where created_at > ${now}::timestamptz - interval '1 hour' and created_at <= ${now}),
    settled as (
      select r.created_at, s.confirmed_at from recent r left join subscribers s on s.id = r.subscriber_id
      where r.outcome = 'mailed' and r.purpose = 'subscribe' and r.created_at <= ${now}::timestamptz - ${settlingMinutes} * interval '1 minute')
    select (select count(*) from recent)::int as "total",
      (select coalesce(sum(n), 0) from (
        select count(*) as n from recent group by network order by 1 desc limit ${fewNetworks}) most)::int as "fromFewNetworks",
      (select count(*) from settled)::int as "mailed",
      (select count(*) from settled where confirmed_at is null or confirmed_at < created_at)::int as "unconfirmed"`);
  return rows[0] as SignUpFigures;
}

export async function isSlowedDown(db: Queryable): Promise<boolean> {
  const { rows } = await db.execute(sql`select from slow_downs where ended_at is null`);
  return rows.length > 0;
}

/** False if a slow-down is open already. */
export async function beginSlowDown(tx: Tx, at: Date): Promise<boolean> {
  const done = await tx.execute(sql`insert into slow_downs (began_at) values (${at}) on conflict do nothing`);
  return done.rowCount === 1;
}

export async function endSlowDown(tx: Tx, at: Date): Promise<boolean> {
  const done = await tx.execute(sql`update slow_downs set ended_at = ${at} where ended_at is null`);
  return done.rowCount === 1;
}

/** Deletes settled sign-ups and slow-downs from before `before`, refused sign-ups, and expired counters. */
export async function deleteOldSignUps(db: Queryable, now: Date, before: Date): Promise<void> {
  await db.execute(sql`delete from sign_ups where created_at < ${before} and outcome <> 'waiting'`);
  await db.execute(sql`
    delete from sign_ups where outcome = 'refused' and created_at < ${now}::timestamptz - interval '2 hours'`);
  await db.execute(sql`delete from slow_downs where ended_at < ${before}`);
  await db.execute(sql`
    delete from request_limits where expire < (extract(epoch from clock_timestamp()) * 1000)::bigint - 3600000`);
}
