import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Queryable } from './client.ts';

const dialect = new PgDialect();

/**
 * Runs a statement under a name, so that PostgreSQL plans it a few times a connection and then no more: planning
 * the claim costs as much as carrying it out. The text must be the same at every call, only values may differ.
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
 * A column as an ISO instant in UTC, with milliseconds; null where it is null. `infinity` stays as it is, for
 * the parser to refuse: to_char would make it null.
 */
export const isoInstant = (column: SQL) =>
  sql`case when isfinite(${column}) then to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') else ${column}::text end`;
