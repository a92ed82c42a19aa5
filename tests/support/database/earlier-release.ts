import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { inject } from 'vitest';
import { query } from './test-database.ts';

/** A new database with the schema of an earlier release, which had only the first `migrations`. Returns its URL. */
export async function databaseOfEarlierRelease(migrations: number): Promise<string> {
  const fresh = new URL(inject('templateUrl'));
  fresh.pathname = `/upgrade_${randomUUID().replaceAll('-', '')}`;
  await query(inject('templateUrl'), `create database ${fresh.pathname.slice(1)} template template0`);
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-migrations-'));
  await cp('src/db/migrations', folder, { recursive: true });
  const path = join(folder, 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, migrations) }));
  const client = new pg.Client({ connectionString: fresh.href });
  await client.connect();
  await migrate(drizzle(client), { migrationsFolder: folder });
  await client.end();
  await rm(folder, { recursive: true });
  return fresh.href;
}

export async function dropDatabase(url: string): Promise<void> {
  await query(inject('templateUrl'), `drop database ${new URL(url).pathname.slice(1)} with (force)`);
}
