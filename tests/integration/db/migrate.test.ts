import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrateDatabase, pendingMigrations } from '../../../src/db/migrate.ts';
import { query } from '../../support/database/test-database.ts';

let url: string;
const name = () => new URL(url).pathname.slice(1);

beforeEach(async () => {
  const fresh = new URL(inject('templateUrl'));
  fresh.pathname = `/empty_${randomUUID().replaceAll('-', '')}`;
  url = fresh.href;
  await query(inject('templateUrl'), `create database ${name()} template template0`);
});
afterEach(async () => {
  await query(inject('templateUrl'), `drop database ${name()} with (force)`);
});

const tables = async (at: string) =>
  (
    await query<{ table_name: string }>(
      at,
      "select table_name from information_schema.tables where table_schema = 'public' order by 1",
    )
  ).map((row) => row.table_name);

describe('migrate', () => {
  it('brings an empty database to the current schema, and counts what is missing before and after', async () => {
    expect(await pendingMigrations(url)).toBeGreaterThan(0);
    expect(await tables(url)).toEqual([]);
    await migrateDatabase(url);
    expect(await pendingMigrations(url)).toBe(0);
    expect(await tables(url)).toEqual(await tables(inject('templateUrl')));
  });

  it('changes nothing when run twice', async () => {
    await migrateDatabase(url);
    await query(url, "insert into suppressions (email, reason) values ('kept@x.example', 'manual')");
    await migrateDatabase(url);
    expect(await query(url, 'select email from suppressions')).toEqual([{ email: 'kept@x.example' }]);
    expect(await query(url, 'select count(*)::int as n from drizzle.__drizzle_migrations')).toEqual(
      await query(inject('templateUrl'), 'select count(*)::int as n from drizzle.__drizzle_migrations'),
    );
  });

  it('may be run by six processes at once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => migrateDatabase(url)));
    expect(await pendingMigrations(url)).toBe(0);
    expect(await tables(url)).toEqual(await tables(inject('templateUrl')));
  });

  it('does not hang on a lock that a killed process held', async () => {
    const dead = new pg.Client({ connectionString: url });
    dead.on('error', () => {});
    await dead.connect();
    await dead.query('select pg_advisory_lock(7261904113)');
    const waiting = migrateDatabase(url);
    await query(
      url,
      // In this database: others have tests of their own that hold such locks.
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
    );
    await waiting;
    expect(await pendingMigrations(url)).toBe(0);
    await dead.end().catch(() => {});
  });

  it('says that a database cannot be reached rather than waiting for it', async () => {
    const nowhere = new URL(url);
    nowhere.pathname = '/no_such_database';
    await expect(migrateDatabase(nowhere.href)).rejects.toThrow('no_such_database');
    await expect(pendingMigrations(nowhere.href)).rejects.toThrow('no_such_database');
  });
});
