import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { connect, type DbHandle } from '../../../src/db/client.ts';

export interface TestDatabase extends DbHandle {
  readonly url: string;
  /** Puts every row and sequence back to what the template has. */
  reset(): Promise<void>;
}

/** Databases that tests of this process have returned. */
const unused: string[] = [];

/** A database like the migrated template: a clone, or one that an earlier test returned and that was reset. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const earlier = unused.pop();
  await admin().query(
    earlier === undefined
      ? `create database ${name} template ${templateName()} strategy file_copy`
      : // A new name locks out any process of the earlier test that is still running.
        `alter database ${earlier} rename to ${name}`,
  );
  const url = urlOf(name);
  const handle = connect(url, { onError: () => {} });
  return {
    ...handle,
    url,
    reset: async () => {
      await handle.pool.query('select pristine.reset()');
    },
    close: async () => {
      await handle.close();
      await giveBack(name);
    },
  };
}

async function giveBack(name: string): Promise<void> {
  await admin().query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [
    name,
  ]);
  const [state] = await query<{ reusable: boolean }>(
    urlOf(name),
    'select pristine.is_reusable() as reusable',
  );
  if (state?.reusable) {
    await query(urlOf(name), 'select pristine.reset()');
    unused.push(name);
  } else await admin().query(`drop database ${name} with (force)`);
}

const templateName = () => new URL(inject('templateUrl')).pathname.slice(1);

function urlOf(name: string): string {
  const url = new URL(inject('templateUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

let adminPool: pg.Pool | undefined;

/** Connections for creating and dropping databases; idle ones do not keep the process running. */
function admin(): pg.Pool {
  adminPool ??= new pg.Pool({ connectionString: urlOf('postgres'), max: 2, allowExitOnIdle: true });
  return adminPool;
}

/** Runs one statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
