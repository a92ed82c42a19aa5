import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openEmbedded } from '../../src/db/embedded/index.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { openQueue } from '../../src/queue/queue.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database that each test file clones. */
    templateUrl: string;
  }
}

/** One PostgreSQL server a run, with the current schema in a template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-tests-'));
  const server = await openEmbedded(folder, { unsafeFast: true });
  const url = new URL(server.url);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('create database template_for_tests');
  await client.end();
  url.pathname = '/template_for_tests';
  await migrateDatabase(url.href);
  const queue = openQueue(url.href, () => {});
  await queue.install();
  await queue.stop(0);
  project.provide('templateUrl', url.href);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
