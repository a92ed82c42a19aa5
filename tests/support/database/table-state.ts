import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';

/** For each table and the queue's jobs: the number of rows, and the last transaction that wrote one. */
export async function tableState(db: Db): Promise<unknown> {
  const { rows } = await db.execute<{ schema: string; name: string }>(sql`
    select schemaname as schema, tablename as name from pg_tables
    where schemaname = 'public' or (schemaname, tablename) = ('pgboss', 'job') order by 1, 2`);
  const counts: Record<string, unknown> = {};
  for (const { schema, name } of rows) {
    const table = sql`${sql.identifier(schema)}.${sql.identifier(name)}`;
    const found = await db.execute(
      sql`select count(*)::int as n, coalesce(max(xmin::text::bigint), 0) as last from ${table}`,
    );
    counts[name] = found.rows[0];
  }
  return counts;
}
