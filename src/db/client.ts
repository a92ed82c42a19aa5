import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { isDatabaseAway, isTimeout } from './away.ts';
import { cancelStatement } from './cancel-statement.ts';

/** The database, or a transaction on it; queries take either. */
export type Db = NodePgDatabase;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
export type Queryable = Db | Tx;

export interface DbHandle {
  readonly db: Db;
  readonly pool: pg.Pool;
  /** Does what must not take long on one of the pool's connections, which is closed when it does. */
  briefly<T>(work: (db: Db, client: pg.ClientBase) => Promise<T>): Promise<T>;
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
const patient: Patience = { connectMs: 10_000, statementMs: 5 * 60_000 };

/** For whoever waits before a page. */
export const impatient: Patience = { connectMs: 5_000, statementMs: 5_000 };

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
  closeDeadConnections(pool);
  const db = drizzle(pool, { casing });
  db.transaction = (work, config) => transact(pool, work, config);
  return {
    db,
    pool,
    briefly: (work) =>
      using(pool, (client) => timed(client, () => work(drizzle(client, { casing }), client))),
    close: () => pool.end(),
  };
}

/**
 * When one connection is dead, the idle ones usually are as well, and each would fail for whoever uses it next. Not so if
 * another has worked since: then it was only one statement that took too long.
 */
function closeDeadConnections(pool: pg.Pool): void {
  const acquiredAt = new WeakMap<pg.PoolClient, number>();
  let workedAt = Number.NEGATIVE_INFINITY;
  pool.on('acquire', (client) => acquiredAt.set(client, performance.now()));
  pool.on('release', (error, client) => {
    if (error === undefined) workedAt = performance.now();
    // Otherwise the server goes on with it, waiting for a lock perhaps, while every retry takes another connection.
    if (isTimeout(error)) cancelStatement(client);
    if (isDatabaseAway(error) && workedAt < (acquiredAt.get(client) ?? 0)) closeIdle(pool);
  });
}

function closeIdle(pool: pg.Pool): void {
  for (let n = pool.idleCount; n > 0; n -= 1) {
    pool.connect().then(
      (client) => client.release(true),
      () => {},
    );
  }
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
  return using(pool, async (client) => {
    const errors: unknown[] = [];
    const inTransaction = async (tx: Tx) => {
      try {
        return await work(tx);
      } catch (error) {
        errors.push(error);
        if (isTimeout(error)) end(client);
        throw error;
      }
    };
    try {
      return await drizzle(client, { casing }).transaction(inTransaction, config);
    } catch (error) {
      throw errors[0] ?? error;
    }
  });
}

/** Ends the connection when the work takes longer than whoever waits before a page does. */
async function timed<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => end(client), impatient.statementMs);
  return work().finally(() => clearTimeout(timer));
}

/** Acquires a connection, and closes it after a failure. */
async function using<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: unknown;
  try {
    return await work(client);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    client.release(failure === undefined ? undefined : toError(failure));
  }
}

/** At once: a statement under way fails. */
const end = (client: pg.ClientBase) => void (client as pg.Client).end();

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
