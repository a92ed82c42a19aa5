import { sql } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';
import { subscribers, suppressions } from '../../schema/index.ts';

/** Takes a named reader's token, for `render --reader`. */
export async function findReader(
  db: Queryable,
  email: string,
): Promise<{ id: number; email: string; readerToken: string } | null> {
  const { rows } = await db.execute<{ id: string; email: string; reader_token: string }>(
    sql`select id, email, reader_token from subscribers where lower(email) = lower(${email})`,
  );
  const [row] = rows;
  return row === undefined ? null : { id: Number(row.id), email: row.email, readerToken: row.reader_token };
}

/** Adds subscribers; who is known already stays as they are. Returns how many are new. */
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

/** Puts addresses on the suppression list; the first reason stays. */
export async function suppressAddresses(
  tx: Queryable,
  rows: readonly (typeof suppressions.$inferInsert)[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insert(suppressions)
    .values(rows.map((row) => ({ ...row, email: row.email.toLowerCase() })))
    .onConflictDoNothing();
}

/** How many subscribers have none of these addresses. */
export async function countSubscribersExcept(db: Queryable, emails: readonly string[]): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from subscribers where lower(email) <> all(${sql.param(emails.map((email) => email.toLowerCase()))}::text[])`,
  );
  return rows[0]?.n ?? 0;
}
