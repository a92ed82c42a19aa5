import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../src/cli/program.ts';
import { runnerOn } from '../../src/cli/run.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { envNames } from '../../src/env.ts';
import { postmasterPid, stopAtOnce } from './database/embedded-processes.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Settings = Readonly<Record<string, string>>;

export interface CliOptions {
  /** Settings. Those in the environment of the tests are not passed on. */
  readonly env?: Settings;
  readonly input?: string;
}

export interface ProcessOptions extends CliOptions {
  /** Keeps stdin open after the input. */
  readonly stdinStaysOpen?: boolean;
  /** Writes to this file rather than to what the test reads. */
  readonly stdout?: number;
}

const root = join(import.meta.dirname, '../..');

/** The `verdicts` script of package.json with absolute paths, since it runs in a folder without a .env file. */
export const verdictsScript = [
  ...['--max-semi-space-size=8', '--max-old-space-size=512'],
  ...['--import', join(root, 'src/runtime.mjs'), join(root, 'src/cli/main.ts')],
];

/**
 * Runs commands in a data folder of its own. `run`, `json` and `begin` run the program in this process, where it need
 * not be loaded each time; `start` and `runProcess` start a process. `remove` deletes the folder, and stops a server
 * that still runs in it.
 */
export class Cli {
  readonly dataDir: string;
  readonly #settings: Settings;

  private constructor(dataDir: string, settings: Settings) {
    this.dataDir = dataDir;
    this.#settings = { DATA_DIR: dataDir, ...settings };
  }

  static async open(settings: Settings = {}): Promise<Cli> {
    return new Cli(await realpath(await mkdtemp(join(tmpdir(), 'verdicts-cli-'))), settings);
  }

  /** On the database instead of the data folder's own. */
  static openOn(database: { readonly url: string }): Promise<Cli> {
    return Cli.open({ DATABASE_URL: database.url, APP_SECRET: 'a secret for tests, and for tests alone' });
  }

  /** Runs a command until it ends or is told to stop. */
  begin(args: readonly string[], { env = {}, input = '' }: CliOptions = {}): Begun {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const controller = new AbortController();
    const terminal: Terminal = {
      ...{ stdin: Readable.from([Buffer.from(input)]), stdout, stderr },
      env: () => ({ ...this.#settings, ...env }),
      stopSignal: () => controller.signal,
    };
    let log = '';
    stdout.on('data', (data) => {
      log += data;
    });
    const errors = text(stderr);
    const run = async () => {
      await runProgram(args, runnerOn(terminal));
      for (const stream of [stdout, stderr]) stream.end();
      return { code: terminal.exitCode ?? 0, stdout: log, stderr: await errors };
    };
    return { finished: run(), log: () => log, stop: () => controller.abort() };
  }

  run(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
    return this.begin(args, options).finished;
  }

  /** Runs a command that must succeed, and returns its JSON document. */
  async json<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], options);
    if (code !== 0) throw new Error(`verdicts ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  start(
    args: readonly string[],
    { env = {}, input = '', stdinStaysOpen = false, stdout }: ProcessOptions = {},
  ): Started {
    const child = spawn(process.execPath, [...verdictsScript, ...args], {
      cwd: tmpdir(),
      env: { ...withoutSettings(process.env), ...this.#settings, ...env },
      stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
    });
    // A command that fails before it reads leaves its stdin closed.
    child.stdin?.on('error', () => {}).write(input);
    if (!stdinStaysOpen) child.stdin?.end();
    const finished = Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')]).then(
      ([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr }),
    );
    return { child, finished };
  }

  runProcess(args: readonly string[], options: ProcessOptions = {}): Promise<Finished> {
    return this.start(args, options).finished;
  }

  async remove(): Promise<void> {
    const pid = await postmasterPid(this.dataDir);
    if (pid !== undefined) await stopAtOnce(pid);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Begun {
  readonly finished: Promise<Finished>;
  /** What it has written to stdout so far. */
  log(): string;
  /** Does what Ctrl-C does. */
  stop(): void;
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** All of the stream, or nothing when the test closes it. */
const read = async (stream: Readable | null) => (stream === null ? '' : text(stream).catch(() => ''));

const withoutSettings = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !envNames.includes(name) && !/^(NODE_|VITEST)/.test(name)),
  );
