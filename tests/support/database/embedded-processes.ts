import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished } from 'vitest';
import {
  EmbeddedDatabaseError,
  type EmbeddedPostgres,
  openEmbedded,
} from '../../../src/db/embedded/index.ts';
import { endsWithin } from '../../../src/db/embedded/processes.ts';
import { copyFolder } from './copy-folder.ts';
import type { Report } from './embedded-opener.ts';

export const isRoot = process.getuid?.() === 0;
export const isLinux = process.platform === 'linux';
export const nobody = 65534;

export const open = (folder: string) => openEmbedded(folder, { unsafeFast: true });

/** Opens the folder, and closes it after the test. */
export async function openForTest(folder: string): Promise<EmbeddedPostgres> {
  const server = await open(folder);
  onTestFinished(() => server.close());
  return server;
}

/** The message of the one-sentence error that the promise must reject with. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedDatabaseError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

/** A folder that is removed after the test, along with a server that still runs in it. */
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

/** A data folder that has been used before. */
export async function folderWithCluster(): Promise<string> {
  const folder = await temporaryDataFolder();
  await copyFolder(`${inject('modelFolder')}/.`, folder);
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

/** Another process that opens the data folder; killed after the test if it still runs. */
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
      this.#exit.then(() => ({ failure: 'ended without a report' })),
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
