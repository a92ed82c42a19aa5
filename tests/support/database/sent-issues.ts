import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';

/** Adds issues of past weeks, each sent to every subscriber in one batch. Returns their ids, oldest first. */
export async function addSentIssues(db: Db, count: number): Promise<number[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    with issue as (
      insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope,
        sha256, approved_sha256, frozen_at, audience)
      select '2025-W' || lpad(n::text, 2, '0'), n, 'sent', now(), '{"comparisons":[]}', 'Issue ' || n, '', '', '', '', '{}', '', '',
        timestamptz '2025-01-01' + n * interval '7 days', 0
      from generate_series(1, ${count}::int) n order by n
      returning id),
    batch as (
      insert into batches (issue_id, no, count, status, submitted_at)
      select id, 1, (select count(*) from subscribers), 'submitted', now() from issue),
    delivery as (
      insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
      select issue.id, s.id, s.email, s.reader_token, 1, row_number() over (partition by issue.id order by s.id)
      from issue cross join subscribers s)
    select id from issue order by id`);
  return rows.map((row) => Number(row.id));
}
