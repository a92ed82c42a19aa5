import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { isTimeout } from './away.ts';
import { cancelStatement } from './cancel-statement.ts';

/** The database, or a transaction on it; queries take either. */
export type Db = NodePgDatabase;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
export type Queryable = Db | Tx;

export interface DbHandle {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * How long to wait, in milliseconds. They are kept on this side, because poolers refuse `statement_timeout` as a
 * connection starts, and because only this side notices a connection that is open at one end alone.
 */
export interface Patience {
  /** For a connection, new or from the pool. */
  readonly connectMs: number;
  /** For the answer to a statement; then the statement is cancelled and its connection closed. */
  readonly statementMs: number;
}

/** What the pipeline does may take minutes, such as freezing an issue for a million readers. */
const patient: Patience = { connectMs: 10_000, statementMs: 15 * 60_000 };

/** For whoever waits before a page. */
export const impatient: Patience = { connectMs: 3_000, statementMs: 5_000 };

export interface ConnectOptions {
  /** Connections at most. */
  readonly max?: number;
  readonly patience?: Patience;
  /**
   * Called when a connection is lost, with PostgreSQL's reason if it gave one. The pool opens a new one at the next
   * query; whoever was using the connection sees their query fail, but often without that reason.
   */
  readonly onError: (error: Error) => void;
}

/** A pool of connections; opens none until the first query. */
export function connect(url: string, { max = 10, patience = patient, onError }: ConnectOptions): DbHandle {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: patience.connectMs,
    query_timeout: patience.statementMs,
    keepAlive: true,
    // The system's own is two hours: a connection whose other end is gone would wait as long.
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'weekly-verdicts',
  });
  pool.on('connect', (client) => {
    client.once('error', onError);
    // Several errors may follow the first, and one without a listener would end the process.
    client.on('error', () => {});
  });
  // Repeats the error of a connection that was idle, which has been reported above.
  pool.on('error', () => {});
  // Otherwise the server goes on with it, waiting for a lock perhaps, while every retry takes another connection.
  pool.on('release', (error, client) => {
    if (isTimeout(error)) cancelStatement(client);
  });
  const db = drizzle(pool, { casing });
  db.transaction = (work, config) => transact(pool, work, config);
  return { db, pool, close: () => pool.end() };
}

const casing = 'snake_case';

type Transaction = Db['transaction'];

/**
 * Drizzle never releases a connection whose `begin` fails, as it does when a restarted server has just cut it: ten of
 * these empty the pool, and one keeps it from closing (https://github.com/drizzle-team/drizzle-orm/issues/6241). So we
 * acquire and release the connection here, and close it after a failure, since its state is unknown. After a time-out
 * it is closed before the rollback, which would only time out as well. If the rollback fails, as it does over a broken
 * connection, the error of `work` is the one that is thrown.
 */
async function transact<T>(
  pool: pg.Pool,
  work: (tx: Tx) => Promise<T>,
  config: Parameters<Transaction>[1],
): Promise<T> {
  const client = await pool.connect();
  const errors: unknown[] = [];
  let failure: unknown;
  try {
    return await drizzle(client, { casing }).transaction(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        errors.push(error);
        if (isTimeout(error)) void (client as pg.ClientBase as pg.Client).end();
        throw error;
      }
    }, config);
  } catch (error) {
    failure = errors[0] ?? error;
    throw failure;
  } finally {
    client.release(failure === undefined ? undefined : toError(failure));
  }
}

const toError = (thrown: unknown) =>
  thrown instanceof Error ? thrown : new Error('failed', { cause: thrown });

/** The server's major version and its clock. */
export async function databaseFacts(db: Queryable): Promise<{ version: number; now: Date }> {
  const { rows } = await db.execute<{ version: number; now_ms: number }>(sql`
    select current_setting('server_version_num')::int / 10000 as version,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`);
  const [row] = rows;
  return { version: row?.version ?? 0, now: new Date(row?.now_ms ?? 0) };
}
