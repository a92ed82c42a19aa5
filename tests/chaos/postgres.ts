import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from '../../src/db/embedded/binaries.ts';
import { serverAccount } from '../../src/db/embedded/data-folder.ts';
import { freePort, openEmbedded } from '../../src/db/embedded/index.ts';
import { pathForProgram, spawnOptions } from '../../src/db/embedded/processes.ts';
import { serverSettings } from '../../src/db/embedded/server-process.ts';

/** A PostgreSQL that keeps its address across restarts, like the server that `DATABASE_URL` names in production. */
export interface Postgres {
  readonly url: string;
  /** Crashes: all connections end and uncommitted work is lost. Resolves when the server answers again. */
  crashAndRestart(): Promise<void>;
  close(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'verdicts-chaos-')));
  const cluster = join(folder, 'postgres');
  const embedded = await openEmbedded(folder);
  const url = new URL(embedded.url);
  await embedded.close();

  const account = await serverAccount(cluster);
  const { postgres } = await findBinaries(account);
  const options = { folder: cluster, account };
  const port = await freePort();
  url.port = String(port);
  // Commits survive a crash of the server, as in production. Only a power failure would lose them.
  const settings = [...serverSettings(cluster, port, false), '-c', 'fsync=off'];
  const start = async () => {
    const server = spawn(postgres, ['-D', pathForProgram(options), ...settings], {
      ...spawnOptions(options),
      stdio: 'ignore',
    });
    await untilItAnswers(url.href, server);
    return server;
  };
  let server = await start();
  const stop = async (signal: NodeJS.Signals) => {
    server.kill(signal);
    await once(server, 'exit');
  };
  return {
    url: url.href,
    async crashAndRestart() {
      await stop('SIGQUIT');
      server = await start();
    },
    async close() {
      await stop('SIGINT');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(50);
    }
  }
}
