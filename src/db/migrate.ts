import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url));

/** Any fixed number. The process that holds the lock migrates; the others wait and then find nothing to do. */
const migrationLock = 7_261_904_113;

/** Brings the database to the current schema. May run twice, and in several processes at once. */
export async function migrateDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    // Drizzle's migrator takes no lock: without this one, one of six processes that start at once fails.
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(client), { migrationsFolder });
  });
}

/** How the database's schema differs from this program's, in migrations. */
export interface SchemaState {
  /** That the database lacks. */
  readonly pending: number;
  /** That this program does not know: a newer release has made them. */
  readonly newer: number;
}

/** Only reads. */
export function readSchemaState(url: string): Promise<SchemaState> {
  return withClient(url, schemaStateOn);
}

/** The number of migrations that the database lacks, on a connection that is open. Only reads. */
export async function countPendingMigrations(client: pg.ClientBase): Promise<number> {
  return (await schemaStateOn(client)).pending;
}

async function schemaStateOn(client: pg.ClientBase): Promise<SchemaState> {
  const table = await client.query(
    "select to_regclass('drizzle.__drizzle_migrations') is not null as exists",
  );
  const { rows } = table.rows[0].exists
    ? await client.query('select created_at::float8 as at from drizzle.__drizzle_migrations')
    : { rows: [] };
  const applied = rows.map((row: { at: number }) => row.at);
  const last = Math.max(-1, ...applied);
  const known = readMigrationFiles({ migrationsFolder }).map((file) => file.folderMillis);
  return {
    pending: known.filter((at) => at > last).length,
    newer: applied.filter((at) => at > Math.max(...known)).length,
  };
}

/** The number of migrations that the database lacks. Only reads. */
export const pendingMigrations = async (url: string): Promise<number> => (await readSchemaState(url)).pending;

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return await work(client);
  } finally {
    // Also after a failed connect: asked for a password that the URL lacks, pg leaves the connection open, which kept a
    // failed command running until the server closed it a minute later.
    await client.end();
  }
}
