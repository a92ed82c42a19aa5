import { sql } from 'drizzle-orm';
import type { Queryable } from '../client.ts';

/** The server's major version and its clock. */
export async function databaseFacts(db: Queryable): Promise<{ version: number; now: Date }> {
  const { rows } = await db.execute<{ version: number; now_ms: number }>(sql`
    select current_setting('server_version_num')::int / 10000 as version,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`);
  const [row] = rows;
  return { version: row?.version ?? 0, now: new Date(row?.now_ms ?? 0) };
}
