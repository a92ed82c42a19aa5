import type { SQL } from 'drizzle-orm';
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
