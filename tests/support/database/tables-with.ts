import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';

/** Every table of every schema, the queue's included, that contains the text anywhere, in any case. */
export async function tablesWith(db: Db, text: string): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE' order by 1`);
  const found: string[] = [];
  for (const { name } of rows) {
    const hit = await db.execute(
      sql`select from ${sql.raw(name)} as t where position(lower(${text}) in lower(t::text)) > 0 limit 1`,
    );
    if (hit.rows.length > 0) found.push(name);
  }
  return found;
}
