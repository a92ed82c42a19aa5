import { sql } from 'drizzle-orm';
import { maxBatchSize } from '../../../domain/sending/mailer.ts';
import type { Queryable, Tx } from '../../client.ts';

/** The condition for being in the audience: confirmed, not paused, not suppressed. `s` is a row of subscribers. */
export const mayBeMailed = (at: Date) => sql`s.status = 'confirmed'
  and (s.paused_until is null or s.paused_until <= ${at})
  and not exists (select from suppressions x where x.email = lower(s.email))`;

export async function countAudience(db: Queryable, at: Date): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from subscribers s where ${mayBeMailed(at)}`,
  );
  return rows[0]?.n ?? 0;
}

/**
 * Turns the audience of this moment into deliveries, in batches of 100. Returns how many deliveries. The primary key
 * makes a second run fail instead of adding anyone.
 *
 * Shapes that were tried, with a million subscribers: a status on each delivery instead of on its batch, which made
 * sending 3 to 4 times slower and wrote 815 MB of WAL instead of 226; recipients as an array in the batch, which
 * froze in 1.4 s instead of 2.4 but has no key per person to keep anyone from getting two. Inserting from here,
 * 1,000 rows per statement, does 44,000 rows a second; this does 426,000.
 */
export async function insertDeliveries(
  tx: Tx,
  issueId: number,
  options: { readonly at: Date; readonly mayLeaveByMail: boolean },
): Promise<number> {
  const { at, mayLeaveByMail } = options;
  const inserted = await tx.execute(sql`
    insert into deliveries (issue_id, subscriber_id, email, reader_token, leave_token, batch_no, position)
    select ${issueId}, id, email, reader_token, case when ${mayLeaveByMail} then leave_token end,
      n / ${maxBatchSize}::int + 1, n % ${maxBatchSize}::int + 1
    from (
      select s.id, s.email, s.reader_token, s.leave_token, (row_number() over (order by s.id) - 1)::int as n
      from subscribers s where ${mayBeMailed(at)}) audience`);
  await tx.execute(sql`
    insert into batches (issue_id, no, count)
    select issue_id, batch_no, count(*) from deliveries where issue_id = ${issueId} group by issue_id, batch_no`);
  return inserted.rowCount ?? 0;
}

/**
 * Makes the planner know a new issue; autovacuum would do so weeks later, when a tenth of all deliveries is new. What
 * another process is analyzing or vacuuming is left to it, and so is a table that the role does not own: PostgreSQL
 * warns and goes on.
 */
export async function analyzeLedger(db: Queryable): Promise<void> {
  await db.execute(sql`analyze (skip_locked) deliveries, batches`);
}
