import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { openEmbedded } from '../../../src/db/embedded/index.ts';
import { endsWithin } from '../../../src/db/embedded/processes.ts';
import type { Report } from './embedded-opener.ts';

/** A folder that is gone after the test, and with it a server that still runs in it. */
export async function temporaryDataFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'verdicts-embedded-')));
  onTestFinished(async () => {
    const pid = await postmasterPid(folder);
    if (pid && (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(folder)) {
      await stopAtOnce(pid);
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

let model: string | undefined;

/** Makes the cluster that `folderWithCluster` copies. To be called before all tests; returns what to do after them. */
export async function makeModelCluster(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-embedded-'));
  await (await openEmbedded(folder, { unsafeFast: true })).close();
  model = folder;
  return () => rm(folder, { recursive: true });
}

/** A data folder that was in use before: a copy, since making a cluster takes longer than most tests. */
export async function folderWithCluster(): Promise<string> {
  const folder = await temporaryDataFolder();
  await promisify(execFile)('cp', ['-a', `${model}/.`, folder]);
  return folder;
}

export async function postmasterFile(folder: string): Promise<string> {
  return readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
}

/** The server's process, or `undefined` when none runs. */
export async function postmasterPid(folder: string): Promise<number | undefined> {
  return Number.parseInt(await postmasterFile(folder), 10) || undefined;
}

export async function stopAtOnce(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    return;
  }
  await endsWithin(pid, 10_000);
}

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

/** Another process at the same data folder; killed after the test when it is still there. */
export class Opener {
  readonly process: ChildProcess;
  readonly #report: Promise<Report>;
  readonly #exit: Promise<unknown>;

  constructor(folder: string, args: string[] = [], options: SpawnOptions = {}) {
    const script = join(import.meta.dirname, 'embedded-opener.ts');
    this.process = spawn(process.execPath, [script, folder, ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      ...options,
    });
    this.#exit = once(this.process, 'exit');
    this.#report = Promise.race([
      once(this.process, 'message').then(([report]) => report as Report),
      this.#exit.then(() => ({ failure: 'ended without a word' })),
    ]);
    onTestFinished(() => this.kill());
  }

  async report(): Promise<Report> {
    return this.#report;
  }

  async url(): Promise<string> {
    const report = await this.#report;
    if ('url' in report) return report.url;
    throw new Error(JSON.stringify(report));
  }

  async close(): Promise<void> {
    this.process.send('close');
    await this.#exit;
  }

  async ended(): Promise<void> {
    await this.#exit;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#exit;
  }
}
