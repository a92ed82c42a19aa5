import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openEmbedded } from '../../src/db/embedded/index.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { copyFolder } from './database/copy-folder.ts';
import { preparePristine } from './database/pristine.ts';
import { query } from './database/test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database that each test file clones. */
    templateUrl: string;
    /** A data folder with a new cluster, which tests copy. */
    modelFolder: string;
  }
}

/** One PostgreSQL server a run, with the current schema in a template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-tests-'));
  const [model, data] = [join(folder, 'model'), join(folder, 'data')];
  await (await openEmbedded(model, { unsafeFast: true })).close();
  await copyFolder(model, data);
  const server = await openEmbedded(data, { unsafeFast: true });
  const url = new URL(server.url);
  await query(server.url, 'create database template_for_tests');
  url.pathname = '/template_for_tests';
  await migrateDatabase(url.href);
  const queue = openQueue(url.href, { onError: () => {} });
  await queue.install();
  await queue.stop(0);
  await query(url.href, preparePristine);
  project.provide('templateUrl', url.href);
  project.provide('modelFolder', model);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
