import { sql } from 'drizzle-orm';
import {
  arrivedTypes,
  countedTypes,
  isNoFaultOfMailbox,
  type MailEvent,
  routineTypes,
} from '../../../domain/sending/mail-event.ts';
import type { Queryable, Tx } from '../../client.ts';
import { executePrepared, textList } from '../../sql.ts';

/** An event that was stored just now. */
export interface StoredEvent {
  readonly eventId: string;
  readonly type: string;
  /** The subscriber, if it is about an issue of ours; null for other mail. */
  readonly reader: number | null;
}

export interface StoredEvents {
  readonly stored: readonly StoredEvent[];
  /** Subscribers one of whose soft bounces became void: the mail has arrived. */
  readonly excused: readonly number[];
}

/**
 * Locks what is known of these issues' mails until the transaction ends. Two events of one mail that are stored at the
 * same time would not see each other, and its reader would be counted twice. In the order of ids, against deadlocks.
 */
export async function lockMailEventsOf(tx: Tx, issueIds: readonly number[]): Promise<void> {
  await tx.execute(sql`
    select pg_advisory_xact_lock(hashtextextended('mail events', id))
    from (select id from issues where id = any(${sql.param(issueIds)}::bigint[]) order by id offset 0) issue`);
}

/**
 * Stores the events that are new, counts the people they are about, and returns those stored. The caller must have
 * locked their issues.
 *
 * The tags of an event count only if the delivery that they name went to the event's address, because other programs and
 * databases may use the same account with the same numbers. Once the routine events of an issue are being deleted, no
 * more of them are stored, the totals stay as they are, and a soft bounce is void, since nothing tells any more whether
 * its mail arrived. Rows are inserted in the order of event ids, so that two processes with the same events cannot
 * deadlock. The subqueries with `limit 1` stay look-ups by index, whatever the statistics say.
 */
export async function insertMailEvents(tx: Tx, events: readonly MailEvent[]): Promise<StoredEvents> {
  const column = <T>(read: (event: MailEvent) => T) => sql.param(events.map(read));
  const { rows } = await executePrepared<{ event_id: string | null; type: string; reader: string | null }>(
    tx,
    'insert_mail_events',
    sql`
    with given as (
      select * from unnest(
        ${column((event) => event.eventId)}::text[], ${column((event) => event.type)}::text[],
        ${column((event) => event.at.toISOString())}::timestamptz[], ${column((event) => event.providerId)}::text[],
        ${column((event) => event.tagged?.issueId)}::bigint[], ${column((event) => event.tagged?.batchNo)}::int[],
        ${column((event) => event.tagged?.subscriberId)}::bigint[], ${column((event) => event.address)}::text[],
        ${column((event) => event.detail)}::text[], ${column((event) => isNoFaultOfMailbox(event.detail))}::boolean[])
      as t(event_id, type, at, provider_id, issue_id, batch_no, subscriber_id, address, detail, is_excused)),
    known as (
      select g.event_id, g.type, g.at, g.provider_id, g.batch_no, g.address, g.detail, g.is_excused,
        d.issue_id, d.subscriber_id, i.id is not null as is_pruned
      from given g
      left join issues i on i.id = g.issue_id and i.events_pruned_at is not null
      left join deliveries d
        on d.issue_id = g.issue_id and d.subscriber_id = g.subscriber_id and lower(d.email) = g.address),
    arrived as (
      select distinct issue_id, subscriber_id from known
      where issue_id is not null and type in ${textList(arrivedTypes)}),
    stored as (
      insert into mail_events (event_id, type, at, provider_id, issue_id, batch_no, subscriber_id, detail, void)
      select k.event_id, k.type, k.at, k.provider_id, k.issue_id, case when k.issue_id is not null then k.batch_no end,
        coalesce(k.subscriber_id, (select s.id from subscribers s where lower(s.email) = k.address)), k.detail,
        k.type = 'soft_bounced' and k.issue_id is not null and (
          k.is_pruned or k.is_excused or (k.issue_id, k.subscriber_id) in (select issue_id, subscriber_id from arrived) or (
            select true from mail_events e
            where e.issue_id = k.issue_id and e.type in ${textList(arrivedTypes)} and e.subscriber_id = k.subscriber_id
            limit 1) is not null)
      from known k
      where not (k.is_pruned and k.type in ${textList(routineTypes)})
      order by k.event_id
      on conflict do nothing
      returning event_id, type, issue_id, subscriber_id),
    counted as (
      insert into mail_event_totals as kept (issue_id, type, people)
      select issue_id, type, count(*) from (
        select distinct issue_id, type, subscriber_id from stored
        where issue_id is not null and type in ${textList(Object.values(countedTypes))}) n
      where (
          select true from mail_events e
          where e.issue_id = n.issue_id and e.type = n.type and e.subscriber_id = n.subscriber_id limit 1) is null
        and issue_id not in (select k.issue_id from known k where k.is_pruned and k.issue_id is not null)
      group by issue_id, type
      on conflict (issue_id, type) do update set people = kept.people + excluded.people),
    excused as (
      update mail_events e set void = true from arrived a
      where e.issue_id = a.issue_id and e.type = 'soft_bounced' and e.subscriber_id = a.subscriber_id and not e.void
      returning e.subscriber_id)
    select event_id, type, case when issue_id is not null then subscriber_id end as reader from stored
    union all
    select distinct null, 'excused', subscriber_id from excused`,
  );
  const readerOf = (reader: string | null) => (reader === null ? null : Number(reader));
  return {
    stored: rows.flatMap(({ event_id, type, reader }) =>
      event_id === null ? [] : [{ eventId: event_id, type, reader: readerOf(reader) }],
    ),
    excused: rows.flatMap(({ event_id, reader }) => (event_id === null ? [Number(reader)] : [])),
  };
}

/** For each type of event, the number of subscribers of the issue that it was reported for. */
export async function readMailEventTotals(db: Queryable, issueId: number): Promise<Record<string, number>> {
  const { rows } = await db.execute<{ type: string; people: number }>(
    sql`select type, people from mail_event_totals where issue_id = ${issueId}`,
  );
  return Object.fromEntries(rows.map((row) => [row.type, row.people]));
}

/** When the last event happened that was reported, and when the newest frozen issue was first posted. */
export async function readLastReports(
  db: Queryable,
): Promise<{ readonly lastEvent: Date | null; readonly lastSend: Date | null }> {
  const { rows } = await db.execute<{ event: string | null; send: string | null }>(sql`
    select (select max(at) from mail_events) as event,
      (select min(submitted_at) from batches
        where issue_id = (select id from issues where frozen_at is not null order by frozen_at desc limit 1)) as send`);
  const toDate = (text: string | null | undefined) => (text == null ? null : new Date(text));
  return { lastEvent: toDate(rows[0]?.event), lastSend: toDate(rows[0]?.send) };
}
