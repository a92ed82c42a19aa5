import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../src/db/embedded/index.ts';
import { migrateDatabase } from '../src/db/migrate.ts';

/** An embedded PostgreSQL in a new folder, as a first start has it; `close` removes both. */
export async function benchDatabase(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-bench-'));
  const server = await openEmbedded(folder);
  await migrateDatabase(server.url);
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
