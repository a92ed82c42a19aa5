import { sql } from 'drizzle-orm';
import type { SubscriberStatus } from '../../../domain/audience/subscriber.ts';
import type { Recipient } from '../../../domain/issue/rendered-issue.ts';
import type { Queryable } from '../../client.ts';
import { subscribers } from '../../schema/index.ts';

/** For `render --reader`. */
export async function findSubscriber(db: Queryable, email: string): Promise<Recipient | null> {
  const { rows } = await db.execute<{ id: string; email: string; reader_token: string; leave_token: string }>(
    sql`select id, email, reader_token, leave_token from subscribers where lower(email) = lower(${email})`,
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { id, reader_token, leave_token } = row;
  return {
    subscriberId: Number(id),
    email: row.email,
    readerToken: reader_token,
    leaveToken: leave_token,
  };
}

/** What an email to a subscriber needs. */
export async function findSubscriberToMail(
  db: Queryable,
  id: number,
): Promise<{ email: string; readerToken: string; status: SubscriberStatus; suppressed: boolean } | null> {
  const { rows } = await db.execute<{
    email: string;
    reader_token: string;
    status: SubscriberStatus;
    suppressed: boolean;
  }>(sql`
    select s.email, s.reader_token, s.status,
      exists (select from suppressions x where x.email = lower(s.email)) as suppressed
    from subscribers s where s.id = ${id}`);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    email: row.email,
    readerToken: row.reader_token,
    status: row.status,
    suppressed: row.suppressed,
  };
}

/** Adds subscribers and leaves existing ones as they are. Returns how many are new. */
export async function insertSubscribers(
  tx: Queryable,
  rows: readonly (typeof subscribers.$inferInsert)[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const inserted = await tx
    .insert(subscribers)
    .values([...rows])
    .onConflictDoNothing();
  return inserted.rowCount ?? 0;
}

/** The number of subscribers other than those with these addresses. */
export async function countSubscribersExcept(db: Queryable, emails: readonly string[]): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from subscribers where lower(email) <> all(${sql.param(emails.map((email) => email.toLowerCase()))}::text[])`,
  );
  return rows[0]?.n ?? 0;
}
