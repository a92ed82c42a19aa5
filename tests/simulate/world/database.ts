import pg from 'pg';
import { connect, type DbHandle } from '../../../src/db/client.ts';
import { migrateDatabase } from '../../../src/db/migrate.ts';
import { openQueue, type Queue } from '../../../src/queue/queue.ts';
import type { Crash } from './crash.ts';

/**
 * Functions of PostgreSQL whose results would differ from run to run, shadowed where they are called without a schema.
 * `public` comes first in the path, since migrations create tables without naming a schema. Column defaults bind when
 * they are created, so the path is set before the migrations run.
 */
const shadows = `
  create schema sim;
  create table sim.clock (at timestamptz not null);
  insert into sim.clock values ('2000-01-01');
  create sequence sim.ids;
  create function sim.clock_timestamp() returns timestamptz language sql as 'select at from sim.clock';
  create function sim.statement_timestamp() returns timestamptz language sql as 'select at from sim.clock';
  create function sim.transaction_timestamp() returns timestamptz language sql as 'select at from sim.clock';
  create function sim.now() returns timestamptz language sql as 'select at from sim.clock';
  create function sim.gen_random_uuid() returns uuid language sql
    as $$ select pg_catalog.md5('uuid ' || pg_catalog.nextval('sim.ids'))::uuid $$;
  create function sim.random() returns double precision language sql
    as $$ select (pg_catalog.nextval('sim.ids') * 7919 % 1000)::double precision / 1000 $$;
  do $$ begin
    execute format('alter database %I set search_path = public, sim, pg_catalog', current_database());
    -- Statistics are those of all rows, rather than of some that are picked at random.
    execute format('alter database %I set default_statistics_target = 1000', current_database());
    -- Rows come in the order in which they are stored.
    execute format('alter database %I set max_parallel_workers_per_gather = 0', current_database());
    execute format('alter database %I set synchronize_seqscans = off', current_database());
  end $$;`;

/** Plans, and with them the order of rows, would otherwise depend on when the server happens to look at a table. */
const noAutovacuum = `do $$ declare name text; begin
    for name in select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('public', 'pgboss')
    loop execute format('alter table %s set (autovacuum_enabled = false)', name); end loop;
  end $$;`;

export interface SimulatedDatabase extends DbHandle {
  readonly queue: Queue;
  /** What the model looks with: not the program's connection. */
  readonly look: <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  setClock(now: Date): Promise<void>;
  /** Does what the server would do by itself at times that nobody knows before. */
  vacuum(): Promise<void>;
}

/**
 * A new database on which the clock and everything random are the simulation's, with the current schema and the queue.
 * The program has one connection, which orders what it asks for at the same time.
 */
export async function openSimulatedDatabase(
  serverUrl: string,
  name: string,
  crash: Crash,
): Promise<SimulatedDatabase> {
  const url = new URL(serverUrl);
  await withClient(url.href, async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
  });
  url.pathname = `/${name}`;
  await withClient(url.href, (client) => client.query(shadows));
  await migrateDatabase(url.href);
  const queue = openQueue(url.href, {
    onError: (error) => {
      throw error;
    },
  });
  await queue.install();
  const own = new pg.Client({ connectionString: url.href });
  prepareStatements(own);
  await own.connect();
  await own.query(
    `create or replace function pgboss.job_now() returns timestamptz language sql as 'select at from sim.clock'`,
  );
  await own.query(noAutovacuum);
  const handle = connect(url.href, { max: 1, onError: () => {} });
  handle.pool.on('connect', (client) => {
    prepareStatements(client);
    crash.watch(client);
  });
  // One after the other, whoever looks.
  let last: Promise<unknown> = Promise.resolve();
  const query = (sql: string, values: readonly unknown[] = []) => {
    const next = last.then(() => own.query(sql, [...values]));
    last = next.catch(() => {});
    return next;
  };
  return {
    ...handle,
    queue,
    look: async (sql, values) => (await query(sql, values)).rows,
    setClock: async (now) => {
      await query('update sim.clock set at = $1', [now]);
    },
    vacuum: async () => {
      await query('vacuum analyze');
    },
    close: async () => {
      await queue.stop(0);
      await handle.close();
      await own.end();
      await withClient(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

/** Has PostgreSQL parse and plan each statement once: again and again, that would take a third of the time. */
function prepareStatements(client: pg.ClientBase): void {
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  client.query = ((statement: unknown, values: unknown, ...others: readonly unknown[]) =>
    query(Array.isArray(values) ? named(statement) : statement, values, ...others)) as typeof client.query;
}

const names = new Map<string, string>();

function named(statement: unknown): object {
  const config = typeof statement === 'string' ? { text: statement } : (statement as { text: string });
  const name = names.get(config.text) ?? `statement_${names.size}`;
  names.set(config.text, name);
  return { ...config, name };
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
