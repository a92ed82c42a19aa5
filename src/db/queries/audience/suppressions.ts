import { type SQL, sql } from 'drizzle-orm';
import type { SuppressionReason } from '../../../domain/audience/subscriber.ts';
import type { Queryable, Tx } from '../../client.ts';
import { suppressions } from '../../schema/index.ts';

/** A provider's report that an address must not be mailed. */
export interface Report {
  /** In lower case. */
  readonly address: string;
  readonly reason: SuppressionReason;
  readonly detail: string | null;
  readonly at: Date;
}

/** Soft bounces of `bounces` among any `issues` consecutive issues are enough to suppress. */
export interface SoftBounceRule {
  readonly bounces: number;
  readonly issues: number;
}

/**
 * Suppresses reported addresses, and those of soft-bounced subscribers that meet the rule. Returns how many are new.
 *
 * Only addresses of subscribers are stored, not those of strangers or of people who have been or are being erased. The
 * rule looks at any consecutive issues that were posted to the subscriber according to the ledger, does not count a bounce
 * of a mail that arrived, and is met at the bounce that makes them enough, whatever bounced later. What happened before a
 * suppression was lifted counts no more. Of several reasons a complaint stays, which only its owner can lift, or else the
 * earliest one, however late it is reported; one given by a person is never replaced. So the order of reports does not
 * matter.
 */
export async function insertReportedSuppressions(
  tx: Tx,
  reports: readonly Report[],
  softBounced: readonly number[],
  rule: SoftBounceRule,
): Promise<number> {
  if (softBounced.length > 0) await lockSoftBounces(tx);
  const column = <T>(read: (report: Report) => T) => sql.param(reports.map(read));
  const { rows } = await tx.execute<{ is_new: boolean }>(sql`
    with reported as (
      select t.* from unnest(
        ${column((report) => report.address)}::text[], ${column((report) => report.reason)}::text[],
        ${column((report) => report.detail)}::text[], ${column((report) => report.at.toISOString())}::timestamptz[])
        as t(email, reason, detail, at)
      join subscribers s on lower(s.email) = t.email
      where not ${isLifted(sql`t.email`, sql`t.reason`, sql`t.at`)}
      for key share of s),
    posted as (
      select d.subscriber_id, i.frozen_at, (
        select min(e.at) from mail_events e
        where e.subscriber_id = d.subscriber_id and e.issue_id = d.issue_id and e.type = 'soft_bounced'
          and not e.void
          and not ${isLifted(sql`lower(s.email)`, sql`'soft_bounce'`, sql`e.at`)}) as bounced_at
      from issues i join deliveries d
        on d.issue_id = i.id and d.subscriber_id = any(${sql.param(softBounced)}::bigint[])
      join subscribers s on s.id = d.subscriber_id
      where i.frozen_at is not null and d.skipped_reason is null),
    run as (
      select subscriber_id, array_agg(bounced_at) over latest as bounces
      from posted
      window latest as (
        partition by subscriber_id order by frozen_at rows ${sql.raw(String(rule.issues - 1))} preceding)),
    met as (
      select subscriber_id, (
        select at from unnest(bounces) at where at is not null order by at offset ${rule.bounces - 1}::int limit 1) as at
      from run),
    bounced as (
      select lower(s.email), 'soft_bounce', ${`${rule.bounces} of ${rule.issues} issues`}, met.at
      from met join subscribers s on s.id = met.subscriber_id
      where met.at is not null
      for key share of s),
    found as (select * from reported union all select * from bounced)
    insert into suppressions as kept (email, reason, detail, created_at)
    select distinct on (email) email, reason, detail, at from found order by email, reason <> 'complaint', at, reason
    on conflict (email) do update
      set reason = excluded.reason, detail = excluded.detail, created_at = excluded.created_at
      where kept.reason <> 'manual' and (excluded.reason <> 'complaint', excluded.created_at, excluded.reason)
        < (kept.reason <> 'complaint', kept.created_at, kept.reason)
    returning xmax = 0 as is_new`);
  return rows.filter((row) => row.is_new).length;
}

/**
 * Takes back what the rule decided about these subscribers, because a bounce that it counted has become void: their
 * suppressions by soft bounces end, and whatever else was reported about them stands again. The rule itself must be
 * applied to them next. Returns how many suppressions ended.
 */
export async function retractSoftBounces(tx: Tx, subscriberIds: readonly number[]): Promise<number> {
  await lockSoftBounces(tx);
  const { rows } = await tx.execute<{ id: string }>(sql`
    delete from suppressions x using subscribers s
    where s.id = any(${sql.param(subscriberIds)}::bigint[]) and x.email = lower(s.email) and x.reason = 'soft_bounce'
      and exists (
        select from mail_events e
        where e.subscriber_id = s.id and e.type = 'soft_bounced' and e.at = x.created_at)
    returning s.id`);
  const ids = rows.map((row) => Number(row.id));
  return ids.length - (await restoreReported(tx, ids));
}

/** Suppresses these subscribers again for whatever else was reported about them, and not lifted. Returns how many. */
async function restoreReported(tx: Tx, subscriberIds: readonly number[]): Promise<number> {
  const restored = await tx.execute(sql`
    insert into suppressions (email, reason, detail, created_at)
    select distinct on (lower(s.email)) lower(s.email), r.reason, e.detail, e.at
    from subscribers s join mail_events e on e.subscriber_id = s.id
      cross join lateral (select case
        when e.type = 'bounced' or e.type = 'suppression.added' and e.detail = 'bounce' then 'hard_bounce'
        when e.type = 'complained' or e.type = 'suppression.added' and e.detail = 'complaint' then 'complaint'
        when e.type in ('suppressed', 'suppression.added') then 'provider' end as reason) r
    where s.id = any(${sql.param(subscriberIds)}::bigint[]) and r.reason is not null
      and not ${isLifted(sql`lower(s.email)`, sql`r.reason`, sql`e.at`)}
    order by lower(s.email), r.reason <> 'complaint', e.at, r.reason
    on conflict do nothing`);
  return restored.rowCount ?? 0;
}

export interface Lift {
  /** The reasons that it lifts. */
  readonly lifts: readonly SuppressionReason[];
  /** What happened until then counts no more, also if it is reported later. */
  readonly upTo: Date;
  readonly source: string;
  /** Whether it is kept though nothing is suppressed, for what is reported later. */
  readonly isKeptAnyway?: boolean;
}

/**
 * Lifts the suppression of an address, if it is for one of these reasons and not from after `upTo`, and keeps that in its
 * owner's history. What was reported later, or is not lifted, suppresses again. Returns what was lifted; null if nothing.
 */
export async function liftSuppression(
  tx: Tx,
  email: string,
  { lifts, upTo, source, isKeptAnyway = false }: Lift,
  rule: SoftBounceRule,
  at: Date,
): Promise<SuppressionReason | null> {
  await lockSoftBounces(tx);
  const { rows } = await tx.execute<{ reason: SuppressionReason | null; id: number | null }>(sql`
    with given as (select lower(${email}) as email),
    lifted as (
      delete from suppressions x using given g
      where x.email = g.email and x.reason = any(${sql.param(lifts)}::text[]) and x.created_at <= ${upTo}
      returning x.reason, x.detail),
    noted as (
      insert into suppression_lifts (email, reason, detail, source, lifts, up_to, lifted_at)
      select g.email, l.reason, l.detail, ${source}, ${sql.param(lifts)}::text[], ${upTo}, ${at}
      from given g left join lifted l on true
      where l.reason is not null or ${isKeptAnyway} and exists (select from subscribers s where lower(s.email) = g.email)
      returning reason)
    select n.reason, s.id::int as id from given g left join noted n on true left join subscribers s on lower(s.email) = g.email`);
  const [row] = rows;
  if (row?.id != null) {
    await restoreReported(tx, [row.id]);
    await insertReportedSuppressions(tx, [], [row.id], rule);
  }
  return row?.reason ?? null;
}

/** Deletes lifts from before, whose reports are deleted as well. Returns how many. */
export async function deleteOldLifts(db: Queryable, before: Date): Promise<number> {
  const done = await db.execute(sql`delete from suppression_lifts where lifted_at < ${before}`);
  return done.rowCount ?? 0;
}

/** The suppression of an address; null if it is not suppressed. */
export async function findSuppression(
  db: Queryable,
  email: string,
): Promise<{ readonly reason: SuppressionReason; readonly since: Date } | null> {
  const { rows } = await db.execute<{ reason: SuppressionReason; since: string }>(
    sql`select reason, created_at as since from suppressions where email = lower(${email})`,
  );
  const [row] = rows;
  return row === undefined ? null : { reason: row.reason, since: new Date(row.since) };
}

/**
 * Notes that the owner of a suppressed address is mailed a link which lifts it, unless that was noted after `before`. By
 * the address, or by its keyed hash. False if it was, or if nothing is suppressed any more.
 */
export async function noteAsked(
  tx: Tx,
  who: { readonly email: string; readonly addressHash: string },
  { at, before }: { readonly at: Date; readonly before: Date },
): Promise<boolean> {
  const isDue = sql`(asked_at is null or asked_at <= ${before})`;
  const own = await tx.execute(
    sql`update suppressions set asked_at = ${at} where email = lower(${who.email}) and ${isDue}`,
  );
  const former = await tx.execute(sql`
    update erased_addresses set asked_at = ${at}
    where address_hash = ${who.addressHash} and suppression is not null and ${isDue}`);
  return (own.rowCount ?? 0) + (former.rowCount ?? 0) > 0;
}

/** Whether what happened to the address at this time, for this reason, was lifted later. */
const isLifted = (email: SQL, reason: SQL, at: SQL) => sql`exists (
  select from suppression_lifts l where l.email = ${email} and ${reason} = any(l.lifts) and ${at} <= l.up_to)`;

/** If two bounces of one subscriber are stored at the same time, the second one here must see the first. */
const lockSoftBounces = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(hashtext('soft bounces'))`);

/**
 * Suppresses addresses. One that is suppressed already keeps its reason, except that a person’s replaces any that may end
 * without the person, and any replaces soft bounces.
 */
export async function suppressAddresses(
  tx: Queryable,
  rows: readonly (typeof suppressions.$inferInsert)[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insert(suppressions)
    .values(rows.map((row) => ({ ...row, email: row.email.toLowerCase() })))
    .onConflictDoUpdate({
      target: suppressions.email,
      set: {
        reason: sql`excluded.reason`,
        detail: sql`excluded.detail`,
        createdAt: sql`excluded.created_at`,
      },
      setWhere: sql`${suppressions.reason} = 'soft_bounce'
        or excluded.reason = 'manual' and ${suppressions.reason} in ('hard_bounce', 'provider')`,
    });
}
