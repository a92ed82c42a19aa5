import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';

/** The database, or a transaction on it; queries take either. */
export type Db = NodePgDatabase;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
export type Queryable = Db | Tx;

export interface DbHandle {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** A pool of connections; opens none until the first query. */
export function connect(url: string, options: { max?: number } = {}): DbHandle {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'weekly-verdicts',
  });
  // An idle connection that dies (server restart) is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {});
  // Likewise one that is cut while in use: its query fails, which is told to whoever asked.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = drizzle(pool, { casing });
  db.transaction = (work, config) => transact(pool, work, config);
  return { db, pool, close: () => pool.end() };
}

const casing = 'snake_case';

type Transaction = Db['transaction'];

/**
 * Drizzle keeps a connection for ever when its `begin` fails, as it does on one that a restarted server has just
 * cut: ten of those and the pool is empty, one and it never closes
 * (https://github.com/drizzle-team/drizzle-orm/issues/6241). So the connection is taken and given back here; after
 * a failure it is closed, since nobody knows what state it is in. The error is that of the work, where a rollback
 * over a broken connection would be another.
 */
async function transact<T>(
  pool: pg.Pool,
  work: (tx: Tx) => Promise<T>,
  config: Parameters<Transaction>[1],
): Promise<T> {
  const client = await pool.connect();
  const errors: unknown[] = [];
  let failed = true;
  try {
    const result = await drizzle(client, { casing }).transaction(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        errors.push(error);
        throw error;
      }
    }, config);
    failed = false;
    return result;
  } catch (error) {
    throw errors[0] ?? error;
  } finally {
    client.release(failed);
  }
}

/** The server's major version and its clock. */
export async function databaseFacts(db: Queryable): Promise<{ version: number; now: Date }> {
  const { rows } = await db.execute<{ version: number; now_ms: number }>(sql`
    select current_setting('server_version_num')::int / 10000 as version,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`);
  const [row] = rows;
  return { version: row?.version ?? 0, now: new Date(row?.now_ms ?? 0) };
}
