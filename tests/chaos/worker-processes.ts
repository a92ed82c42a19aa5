import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { verdictsScript } from '../support/cli.ts';

/** Real commands in processes of their own, to be killed at any moment. */
export class WorkerProcesses {
  kills = 0;
  /** Everything that any of them printed. */
  readonly output: Promise<string>[] = [];
  readonly #running = new Set<ChildProcess>();
  readonly #env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  get count(): number {
    return this.#running.size;
  }

  start(args: readonly string[]): void {
    const child = spawn(process.execPath, [...verdictsScript, ...args], {
      // A folder without a .env file.
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, APP_SECRET: 'a secret for tests, and for tests alone', ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    this.output.push(text(child.stdout), text(child.stderr));
    child.once('exit', () => this.#running.delete(child));
  }

  /** `kill -9` for the nth of them. */
  async kill(nth: number): Promise<void> {
    const child = [...this.#running][nth];
    if (child === undefined) return;
    this.kills += 1;
    child.kill('SIGKILL');
    await ended(child);
  }

  /** Stops all of them with SIGTERM, as a deployment does. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#running].map((child) => {
        child.kill('SIGTERM');
        return ended(child);
      }),
    );
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
