import { sql } from 'drizzle-orm';
import type { MailEvent } from '../../../domain/sending/mail-event.ts';
import type { Queryable, Tx } from '../../client.ts';

/** An event that was stored just now. */
export interface StoredEvent {
  readonly eventId: string;
  /** The subscriber, if it is about an issue of ours; null for other mail. */
  readonly reader: number | null;
}

/**
 * Stores the events that are new, and returns those. The tags of an event count only if the delivery that they name
 * went to the event's address, because other programs and databases may use the same account with the same numbers.
 * Rows are inserted in the order of event ids, so that two processes with the same events cannot deadlock.
 */
export async function insertMailEvents(tx: Tx, events: readonly MailEvent[]): Promise<StoredEvent[]> {
  const column = <T>(read: (event: MailEvent) => T) => sql.param(events.map(read));
  const { rows } = await tx.execute<{ event_id: string; reader: string | null }>(sql`
    with given as (
      select * from unnest(
        ${column((event) => event.eventId)}::text[], ${column((event) => event.type)}::text[],
        ${column((event) => event.at.toISOString())}::timestamptz[], ${column((event) => event.providerId)}::text[],
        ${column((event) => event.tagged?.issueId)}::bigint[], ${column((event) => event.tagged?.batchNo)}::int[],
        ${column((event) => event.tagged?.subscriberId)}::bigint[], ${column((event) => event.address)}::text[],
        ${column((event) => event.detail)}::text[])
      as t(event_id, type, at, provider_id, issue_id, batch_no, subscriber_id, address, detail))
    insert into mail_events (event_id, type, at, provider_id, issue_id, batch_no, subscriber_id, detail)
    select g.event_id, g.type, g.at, g.provider_id, d.issue_id, case when d.issue_id is not null then g.batch_no end,
      coalesce(d.subscriber_id, (select s.id from subscribers s where lower(s.email) = g.address)), g.detail
    from given g
    left join deliveries d
      on d.issue_id = g.issue_id and d.subscriber_id = g.subscriber_id and lower(d.email) = g.address
    order by g.event_id
    on conflict do nothing
    returning event_id, case when issue_id is not null then subscriber_id end as reader`);
  return rows.map((row) => ({
    eventId: row.event_id,
    reader: row.reader === null ? null : Number(row.reader),
  }));
}

/** For each type of event, the number of subscribers of the issue that it was reported for. */
export async function countMailEvents(db: Queryable, issueId: number): Promise<Record<string, number>> {
  const { rows } = await db.execute<{ type: string; n: number }>(sql`
    select type, count(*)::int as n
    from (select distinct type, subscriber_id from mail_events where issue_id = ${issueId}) reported
    group by type`);
  return Object.fromEntries(rows.map((row) => [row.type, row.n]));
}

export async function hasMailEvents(db: Queryable): Promise<boolean> {
  const { rows } = await db.execute<{ any: boolean }>(sql`select exists (select from mail_events) as any`);
  return rows[0]?.any === true;
}
