import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import type { Log } from './benchmark.ts';
import { now, week } from './context.ts';

/** For how many weeks retention keeps what is left of an issue. */
const kept = { deliveries: 57, events: 12, providerIds: 1 } as const;

/**
 * Adds weekly issues before the one at hand, copies of it, each sent to all subscribers, as retention leaves them: of
 * old issues the batches alone, of later ones also the deliveries, bounces and complaints, of the latest all events.
 * Their ids are negative.
 */
export async function addPast(db: Db, issues: number, say: Log): Promise<void> {
  await addIssues(db, issues);
  for (let ago = issues; ago >= 1; ago -= 1) {
    await addBatches(db, ago);
    if (ago <= kept.deliveries) await addDeliveries(db, ago);
    if (ago <= kept.deliveries) await addEvents(db, ago, reports);
    if (ago <= kept.events) await addEvents(db, ago, reactions);
    if (ago % 10 === 0) say(`${ago} past issues to go`);
  }
  await db.execute(sql`vacuum analyze`);
}

/** By type, the share of readers in ten thousand. */
type Shares = Readonly<Record<string, number>>;
const reports: Shares = { bounced: 20, soft_bounced: 50, complained: 2 };
const reactions: Shares = { delivered: 9_900, opened: 4_000, clicked: 800 };

const weeksAgo = (weeks: number) => new Date(now.getTime() - weeks * 7 * 86_400_000);

/** Copies of the week's issue, one a week before it. */
async function addIssues(db: Db, issues: number): Promise<void> {
  const earlier = sql`
    select -ago as id, ${now}::timestamptz - ago * interval '7 days' as at,
      to_char(${now}::timestamptz - ago * interval '7 days', 'IYYY"-W"IW') as week
    from generate_series(1, ${issues}::int) ago order by ago desc`;
  await db.execute(sql`
    with past as (${earlier})
    insert into issues overriding system value
    select (jsonb_populate_record(i, jsonb_build_object('id', past.id, 'week', past.week, 'uid', gen_random_uuid(),
      'status', 'sent', 'number', i.number + ${issues}::int + past.id, 'approved_sha256', i.sha256,
      'frozen_at', past.at, 'sending_since', past.at, 'finished_at', past.at,
      'audience', (select count(*) from subscribers),
      'ids_pruned_at', case when past.id < ${-kept.providerIds}::int then ${now}::timestamptz end,
      'events_pruned_at', case when past.id < ${-kept.events}::int then ${now}::timestamptz end,
      'deliveries_pruned_at', case when past.id < ${-kept.deliveries}::int then ${now}::timestamptz end))).*
    from issues i cross join past where i.week = ${week}`);
  await db.execute(sql`
    with past as (${earlier})
    insert into mail_event_totals (issue_id, type, people)
    select id, share.key, (select count(*) from subscribers) * share.value::int / 10000
    from past cross join jsonb_each_text(${JSON.stringify({ ...reports, ...reactions })}::jsonb) share`);
  await db.execute(sql`
    with past as (${earlier})
    insert into slots (slot, week, status) select at, week, 'sent' from past`);
  await db.execute(sql`
    with past as (${earlier})
    insert into issue_log (at, week, slot, issue_id, who, what)
    select at, week, at, id, 'benchmark', what
    from past, unnest(array['composed', 'approve', 'freeze', 'finish']) what`);
}

async function addBatches(db: Db, ago: number): Promise<void> {
  await db.execute(sql`
    insert into batches (issue_id, no, count, status, attempts, first_attempt_at, body_sha256, submitted_at, provider_ids)
    select ${-ago}::bigint, (n - 1) / 100 + 1, count(*), 'submitted', 1, ${weeksAgo(ago)}::timestamptz, md5(min(n)::text),
      ${weeksAgo(ago)}::timestamptz,
      case when ${ago <= kept.providerIds} then jsonb_agg(gen_random_uuid()) end
    from (select row_number() over (order by id) as n from subscribers) reader
    group by (n - 1) / 100 order by 2`);
}

async function addDeliveries(db: Db, ago: number): Promise<void> {
  await db.execute(sql`
    insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
    select ${-ago}::bigint, id, email, reader_token, (n - 1) / 100 + 1, (n - 1) % 100 + 1
    from (select *, row_number() over (order by id) as n from subscribers) reader order by id`);
}

async function addEvents(db: Db, ago: number, shares: Shares): Promise<void> {
  for (const [type, share] of Object.entries(shares)) {
    await db.execute(sql`
      insert into mail_events (event_id, type, provider_id, issue_id, batch_no, subscriber_id, at)
      select 'msg_' || md5(${type} || ${ago}::int || '-' || subscriber_id), ${type}, md5(subscriber_id::text), issue_id, batch_no,
        subscriber_id, ${weeksAgo(ago)}::timestamptz + interval '1 minute'
      from deliveries
      where issue_id = ${-ago}::bigint and (hashint8(subscriber_id * 1000 + ${ago}::int)::bigint & 8191) * 10000 / 8192 < ${share}::int`);
  }
}
