import { sql } from 'drizzle-orm';
import { maxBatchSize } from '../../../domain/sending/mailer.ts';
import type { Queryable, Tx } from '../../client.ts';

/** Who may be mailed at this moment: confirmed, not paused, not suppressed. `s` is a row of subscribers. */
export const mayBeMailed = (at: Date) => sql`s.status = 'confirmed'
  and (s.paused_until is null or s.paused_until <= ${at})
  and not exists (select from suppressions x where x.email = lower(s.email))`;

export async function countAudience(db: Queryable, at: Date): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from subscribers s where ${mayBeMailed(at)}`,
  );
  return rows[0]?.n ?? 0;
}

/** The audience of this moment becomes deliveries in batches; returns how many. One statement each, any size. */
export async function insertDeliveries(tx: Tx, issueId: number, at: Date): Promise<number> {
  const inserted = await tx.execute(sql`
    insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
    select ${issueId}, id, email, reader_token, n / ${maxBatchSize}::int + 1, n % ${maxBatchSize}::int + 1
    from (
      select s.id, s.email, s.reader_token, (row_number() over (order by s.id) - 1)::int as n
      from subscribers s where ${mayBeMailed(at)}) audience`);
  await tx.execute(sql`
    insert into batches (issue_id, no, count)
    select issue_id, batch_no, count(*) from deliveries where issue_id = ${issueId} group by issue_id, batch_no`);
  return inserted.rowCount ?? 0;
}
