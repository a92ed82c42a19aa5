import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { envNames } from '../../src/env.ts';
import { postmasterPid, stopAtOnce } from './database/embedded-processes.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Settings. Those in the environment of the tests are not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Keeps stdin open after the input. */
  readonly stdinStaysOpen?: boolean;
}

const root = join(import.meta.dirname, '../..');

/** The `verdicts` script of package.json with absolute paths, since it runs in a folder without a .env file. */
export const verdictsScript = [
  ...['--max-semi-space-size=8', '--max-old-space-size=512'],
  ...['--import', join(root, 'src/runtime.mjs'), join(root, 'src/cli/main.ts')],
];

/** Runs commands in a data folder of its own. `remove` deletes it, and stops a server that still runs in it. */
export class Cli {
  readonly dataDir: string;

  private constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  static async open(): Promise<Cli> {
    return new Cli(await realpath(await mkdtemp(join(tmpdir(), 'verdicts-cli-'))));
  }

  start(args: readonly string[], { env = {}, input = '', stdinStaysOpen = false }: CliOptions = {}): Started {
    const child = spawn(process.execPath, [...verdictsScript, ...args], {
      cwd: tmpdir(),
      env: { ...withoutSettings(process.env), DATA_DIR: this.dataDir, ...env },
      stdio: 'pipe',
    });
    // A command that fails before it reads leaves its stdin closed.
    child.stdin.on('error', () => {}).write(input);
    if (!stdinStaysOpen) child.stdin.end();
    const finished = Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')]).then(
      ([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr }),
    );
    return { child, finished };
  }

  run(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
    return this.start(args, options).finished;
  }

  /** Runs a command that must succeed, and returns its JSON document. */
  async json<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], options);
    if (code !== 0) throw new Error(`verdicts ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  async remove(): Promise<void> {
    const pid = await postmasterPid(this.dataDir);
    if (pid !== undefined) await stopAtOnce(pid);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** All of the stream, or nothing when the test closes it. */
const read = (stream: Readable) => text(stream).catch(() => '');

const withoutSettings = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !envNames.includes(name) && !/^(NODE_|VITEST)/.test(name)),
  );
