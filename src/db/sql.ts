import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Queryable } from './client.ts';

const dialect = new PgDialect();

/**
 * Runs a statement under a name, so that PostgreSQL plans it only a few times per connection: planning a claim takes
 * almost as long as executing it (0.6 and 0.7 ms). The text must be the same at every call; only values may differ.
 */
export async function executePrepared<Row extends Record<string, unknown>>(
  db: Queryable,
  name: string,
  statement: SQL,
): Promise<pg.QueryResult<Row>> {
  const prepared = db._.session.prepareQuery(dialect.sqlToQuery(statement), undefined, name, false);
  return (await prepared.execute()) as pg.QueryResult<Row>;
}

/**
 * An id whose value the planner does not see, so that it expects as many rows as there are for any other. Of an issue
 * that is newer than the statistics it expects no row, and then reads all of it by whichever index.
 */
export const unseenByPlanner = (id: number) => sql`(select ${id}::bigint)`;

/**
 * A timestamp as ISO 8601 in UTC with milliseconds; null stays null. `infinity` is passed on for the parser to refuse,
 * because to_char would turn it into null.
 */
export const isoInstant = (column: SQL) =>
  sql`case when isfinite(${column}) then to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') else ${column}::text end`;

/** Constants as a list for `in`, in the words of an index's predicate; never for values from outside. */
export const textList = (constants: readonly string[]) =>
  sql.raw(`(${constants.map((constant) => `'${constant}'`).join(', ')})`);
