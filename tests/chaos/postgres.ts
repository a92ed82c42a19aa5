import { spawn } from 'node:child_process';
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
import { postmasterPid } from '../support/database/embedded-processes.ts';

/** A PostgreSQL that keeps its address across restarts. */
export interface Postgres {
  readonly url: string;
  /** The setting with which a process uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** Crashes: all connections end and uncommitted work is lost. Resolves when the server answers again. */
  crashAndRestart(): Promise<void>;
  close(): Promise<void>;
}

/** The server of a data folder, which nobody but the processes that use it starts again when it is killed. */
export async function startEmbedded(): Promise<Postgres> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'verdicts-chaos-')));
  const { url, close } = await openEmbedded(folder);
  return {
    url,
    env: { DATA_DIR: folder },
    async crashAndRestart() {
      const pid = await postmasterPid(folder);
      if (pid === undefined) throw new Error('the embedded server does not run');
      process.kill(pid, 'SIGKILL');
      await untilItAnswers(url, () => null);
    },
    async close() {
      await close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A server that runs by itself, like the one that `DATABASE_URL` names in production. */
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
    await untilItAnswers(url.href, () => server.exitCode);
    return server;
  };
  let server = await start();
  const stop = async (signal: NodeJS.Signals) => {
    server.kill(signal);
    await once(server, 'exit');
  };
  return {
    url: url.href,
    env: { DATABASE_URL: url.href },
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

async function untilItAnswers(url: string, exitCode: () => number | null): Promise<void> {
  for (;;) {
    const ended = exitCode();
    if (ended !== null) throw new Error(`PostgreSQL ended with ${ended}`);
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
