import { type SQL, sql } from 'drizzle-orm';
import { type RoutineType, routineTypes } from '../../../domain/sending/mail-event.ts';
import type { Pruned } from '../../../domain/sending/retention.ts';
import type { Queryable, Tx } from '../../client.ts';
import { textList } from '../../sql.ts';
import { lockIssueById } from '../issue/issues.ts';
import { countUnfinished } from './ledger.ts';
import { lockMailEventsOf } from './mail-events.ts';

/** What is older than these times is deleted. For an issue its end counts; for what belongs to none, its own time. */
export interface Cutoffs {
  readonly ids: Date;
  readonly events: Date;
  readonly reports: Date;
  readonly deliveries: Date;
}

/** An issue of which something is to be deleted. */
export interface DueIssue {
  readonly id: number;
  readonly week: string;
  readonly ids: boolean;
  readonly events: boolean;
  readonly deliveries: boolean;
}

/** Whether routine events or deliveries of an issue are left whose deletion has begun. */
export async function isPruningUnfinished(db: Queryable, issueId: number): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    select from issues i where id = ${issueId} and (
      events_pruned_at is not null and (
        select true from mail_events e
        where e.issue_id = i.id and e.type in ${textList(routineTypes)} limit 1) is not null
      or deliveries_pruned_at is not null
        and (select true from deliveries d where d.issue_id = i.id limit 1) is not null)`);
  return rowCount === 1;
}

/** Rows that one transaction deletes at most. */
export const rowsAtOnce = 5_000;

/**
 * Issues of which something is to be deleted, the oldest first: they are sent or cancelled, and none of their batches is
 * open. (One that was missed has no deliveries.) What was begun and not ended is due whatever the cutoffs. Reads the
 * issues, and with `limit 1` one row by index for each.
 */
export async function readDueIssues(db: Queryable, cutoffs: Cutoffs): Promise<DueIssue[]> {
  const { rows } = await db.execute<Omit<DueIssue, 'id'> & { id: string }>(sql`
    with due as (
      select id, week,
        ids_pruned_at is null and finished_at <= ${cutoffs.ids} as ids,
        case when events_pruned_at is null then finished_at <= ${cutoffs.events}
          else (select true from mail_events e where e.issue_id = i.id and e.type in ${textList(routineTypes)} limit 1) is not null end as events,
        case when deliveries_pruned_at is null then finished_at <= ${cutoffs.deliveries}
          else (select true from deliveries d where d.issue_id = i.id limit 1) is not null end as deliveries
      from issues i
      where status in ('sent', 'cancelled') and frozen_at is not null and finished_at is not null)
    select * from due
    where (ids or events or deliveries)
      and (select true from batches b where b.issue_id = due.id and b.status in ('pending', 'submitting') limit 1) is null
      and (select true from batches b where b.issue_id = due.id and b.status in ('held', 'unknown') limit 1) is null
    order by week`);
  return rows.map((row) => ({ ...row, id: Number(row.id) }));
}

/** One process deletes at a time: of two, the second finds what the first has left. */
export const lockRetention = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(hashtext('retention'))`);

/** Locks the issue; false if it is being sent again, or one of its batches is open: then nothing may be deleted. */
async function lockFinished(tx: Tx, issueId: number): Promise<boolean> {
  const status = await lockIssueById(tx, issueId);
  if (status !== 'sent' && status !== 'cancelled') return false;
  const { open, waiting } = await countUnfinished(tx, issueId);
  return open + waiting === 0;
}

/** Marks the provider's ids and `sent` events of an issue as deleted. */
export async function endIds(tx: Tx, issueId: number, at: Date): Promise<void> {
  if (await lockFinished(tx, issueId))
    await tx.execute(sql`update issues set ids_pruned_at = ${at} where id = ${issueId}`);
}

/**
 * Begins to delete the routine events, or the deliveries, of a finished issue. From then on its totals are final, no such
 * event is recorded for it, and nobody can send it again. Begun before, nothing changes. False if it is not finished.
 */
export async function beginPruning(
  tx: Tx,
  issueId: number,
  what: 'events' | 'deliveries',
  at: Date,
): Promise<boolean> {
  if (!(await lockFinished(tx, issueId))) return false;
  await lockMailEventsOf(tx, [issueId]);
  const column = sql.identifier(`${what}_pruned_at`);
  await tx.execute(sql`update issues set ${column} = ${at} where id = ${issueId} and ${column} is null`);
  return true;
}

/** Deletes events of one type of a finished issue, and returns how many. */
export async function deleteEvents(tx: Tx, issueId: number, type: RoutineType): Promise<number> {
  if (!(await lockFinished(tx, issueId))) return 0;
  return deleteRows(
    tx,
    'mail_events',
    sql`issue_id = ${issueId} and type = ${type} order by subscriber_id limit ${rowsAtOnce}`,
  );
}

/** Forgets the provider's ids of batches of a finished issue, and returns how many batches had some. */
export async function clearProviderIds(tx: Tx, issueId: number): Promise<number> {
  if (!(await lockFinished(tx, issueId))) return 0;
  const cleared = await tx.execute(sql`
    update batches set provider_ids = null
    where issue_id = ${issueId} and no = any(array(
      select no from batches where issue_id = ${issueId} and provider_ids is not null order by no limit ${rowsAtOnce}))`);
  return cleared.rowCount ?? 0;
}

/** Deletes deliveries of an issue of which that has begun, and returns how many. */
export const deleteDeliveries = (tx: Tx, issueId: number): Promise<number> =>
  deleteRows(tx, 'deliveries', sql`issue_id = ${issueId} order by subscriber_id limit ${rowsAtOnce}`);

const isOldOther = (type: RoutineType, before: Date) =>
  sql`issue_id is null and type in ${textList([type])} and at <= ${before}`;

/** Of issues, only those that are closed, or will be: nothing of them can be open any more. */
const isOldReport = (before: Date, closing: SQL = sql`false`) => sql`
  type not in ${textList(routineTypes)} and at <= ${before} and (
    issue_id is null or ${closing} or issue_id in (select id from issues where events_pruned_at is not null))`;

/** Deletes old routine events of no issue: of mails to single readers, and of other mail of the account. */
export const deleteOthers = (tx: Tx, type: RoutineType, before: Date): Promise<number> =>
  deleteRows(tx, 'mail_events', sql`${isOldOther(type, before)} order by at limit ${rowsAtOnce}`);

/** Deletes old bounces, complaints and the like. */
export const deleteReports = (tx: Tx, before: Date): Promise<number> =>
  deleteRows(tx, 'mail_events', sql`${isOldReport(before)} order by at limit ${rowsAtOnce}`);

async function deleteRows(tx: Tx, table: 'mail_events' | 'deliveries', which: SQL): Promise<number> {
  const name = sql.identifier(table);
  const deleted = await tx.execute(
    sql`delete from ${name} where ctid = any(array(select ctid from ${name} where ${which}))`,
  );
  return deleted.rowCount ?? 0;
}

/** What would be deleted of these issues, and of what belongs to none. */
export async function countPrunable(
  db: Queryable,
  due: readonly DueIssue[],
  cutoffs: Cutoffs,
): Promise<Pruned> {
  const isOf = (isMeant: (issue: DueIssue) => boolean) =>
    sql`issue_id = any(${sql.param(due.filter(isMeant).map(({ id }) => id))}::bigint[])`;
  const closing = isOf(({ events }) => events);
  const others = routineTypes.map((type) => isOldOther(type, cutoffOf(cutoffs, type)));
  const { rows } = await db.execute<{ [Kind in keyof Pruned]: string }>(sql`
    select
      (select count(*) from mail_events where ${closing} and type in ${textList(routineTypes)})
        + (select count(*) from mail_events where ${isOf(({ ids, events }) => ids && !events)} and type = 'sent')
        + (select count(*) from mail_events where ${sql.join(others, sql` or `)}) as events,
      (select count(*) from batches where ${isOf(({ ids }) => ids)} and provider_ids is not null) as "providerIds",
      (select count(*) from mail_events where ${isOldReport(cutoffs.reports, closing)}) as reports,
      (select count(*) from deliveries where ${isOf(({ deliveries }) => deliveries)}) as deliveries`);
  const count = (kind: keyof Pruned) => Number(rows[0]?.[kind] ?? 0);
  return {
    events: count('events'),
    providerIds: count('providerIds'),
    reports: count('reports'),
    deliveries: count('deliveries'),
  };
}

/** Until when events of this type are old. */
export const cutoffOf = ({ ids, events }: Cutoffs, type: RoutineType): Date =>
  type === 'sent' ? ids : events;
