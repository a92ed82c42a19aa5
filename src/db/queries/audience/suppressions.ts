import { eq, sql } from 'drizzle-orm';
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
 * of a mail that arrived, and is met at the bounce that makes them enough, whatever bounced later. Of several reasons the
 * earliest one stays, however late it is reported, and one given by a person is never replaced; so the order of reports
 * does not matter.
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
      for key share of s),
    posted as (
      select d.subscriber_id, i.frozen_at, (
        select min(e.at) from mail_events e
        where e.subscriber_id = d.subscriber_id and e.issue_id = d.issue_id and e.type = 'soft_bounced'
          and not e.void) as bounced_at
      from issues i join deliveries d
        on d.issue_id = i.id and d.subscriber_id = any(${sql.param(softBounced)}::bigint[])
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
    select distinct on (email) email, reason, detail, at from found order by email, at, reason
    on conflict (email) do update
      set reason = excluded.reason, detail = excluded.detail, created_at = excluded.created_at
      where kept.reason <> 'manual' and (excluded.created_at, excluded.reason) < (kept.created_at, kept.reason)
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
  const back = await tx.execute(sql`
    insert into suppressions (email, reason, detail, created_at)
    select distinct on (lower(s.email)) lower(s.email), r.reason, e.detail, e.at
    from subscribers s join mail_events e on e.subscriber_id = s.id
      cross join lateral (select case
        when e.type = 'bounced' or e.type = 'suppression.added' and e.detail = 'bounce' then 'hard_bounce'
        when e.type = 'complained' or e.type = 'suppression.added' and e.detail = 'complaint' then 'complaint'
        when e.type in ('suppressed', 'suppression.added') then 'provider' end as reason) r
    where s.id = any(${sql.param(ids)}::bigint[]) and r.reason is not null
    order by lower(s.email), e.at, r.reason`);
  return ids.length - (back.rowCount ?? 0);
}

/** If two bounces of one subscriber are stored at the same time, the second one here must see the first. */
const lockSoftBounces = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(hashtext('soft bounces'))`);

/** Suppresses addresses; one that is suppressed already keeps its reason, except that of soft bounces, which may end. */
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
      setWhere: eq(suppressions.reason, 'soft_bounce'),
    });
}
