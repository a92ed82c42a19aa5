import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { week } from '../support/context.ts';

/** Of ten thousand readers, for how many the provider reports this of an issue. */
const shares = {
  sent: 10_000,
  delivered: 9_850,
  opened: 3_000,
  clicked: 400,
  delivery_delayed: 100,
  bounced: 10,
  soft_bounced: 60,
  complained: 2,
};

/** An issue of that day, a copy of the week's, sent to all subscribers and reported on. Returns its id. */
export async function addWeek(db: Db, day: Date): Promise<number> {
  const { rows } = await db.execute<{ id: string }>(sql`
    insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope, sha256,
      approved_sha256, approved_by, approved_at, frozen_at, sending_since, audience, finished_at)
    select to_char(${day}::timestamptz, 'IYYY"-W"IW'), number, 'sent', ${day}, content, subject, preheader, html, text, placeholder,
      envelope, sha256, sha256, 'benchmark', ${day}, ${day}, ${day}, (select count(*) from subscribers), ${day}
    from issues where week = ${week} returning id`);
  const id = Number(rows[0]?.id);
  await db.execute(sql`
    insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
    select ${id}, id, email, reader_token, (id - 1) / 100 + 1, (id - 1) % 100 + 1 from subscribers order by id`);
  await db.execute(sql`
    insert into batches (issue_id, no, count, status, attempts, first_attempt_at, body_sha256, submitted_at, provider_ids)
    select issue_id, batch_no, count(*), 'submitted', 1, ${day}, md5(batch_no::text), ${day}, jsonb_agg(gen_random_uuid())
    from deliveries where issue_id = ${id} group by issue_id, batch_no order by batch_no`);
  for (const [type, share] of Object.entries(shares)) {
    await db.execute(sql`
      with reported as (
        insert into mail_events (event_id, type, provider_id, issue_id, batch_no, subscriber_id, at)
        select 'msg_' || gen_random_uuid(), ${type}, gen_random_uuid(), issue_id, batch_no, subscriber_id, ${day}::timestamptz + interval '1 minute'
        from deliveries
        where issue_id = ${id} and (hashint8(subscriber_id * 1000 + issue_id)::bigint & 8191) * 10000 / 8192 < ${share}::int
        returning subscriber_id)
      insert into mail_event_totals (issue_id, type, people)
      select ${id}, ${type}, count(*) from reported where ${type} <> 'sent'`);
  }
  return id;
}
