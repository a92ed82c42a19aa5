import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');

/** The `verdicts` script of package.json. */
const script = [
  ...['--max-semi-space-size=8', '--max-old-space-size=512'],
  ...['--import', join(root, 'src/runtime.mjs'), join(root, 'src/cli/main.ts')],
];

export type Kind = 'send' | 'start';

/** Real commands as processes of their own, which are killed and come back. */
export class WorkerPool {
  kills = 0;
  /** Everything that any of them ever printed. */
  readonly printed: Promise<string>[] = [];
  readonly #alive = new Set<ChildProcess>();
  readonly #args: Readonly<Record<Kind, readonly string[]>>;
  readonly #env: Readonly<Record<string, string>>;

  constructor(args: Readonly<Record<Kind, readonly string[]>>, env: Readonly<Record<string, string>>) {
    this.#args = args;
    this.#env = env;
  }

  get size(): number {
    return this.#alive.size;
  }

  start(kind: Kind): void {
    const child = spawn(process.execPath, [...script, ...this.#args[kind]], {
      // A folder without a .env file.
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, APP_SECRET: 'a secret for tests, and for tests alone', ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#alive.add(child);
    this.printed.push(text(child.stdout), text(child.stderr));
    child.once('exit', () => this.#alive.delete(child));
  }

  /** `kill -9` of the nth of them. */
  async kill(nth: number): Promise<void> {
    const victim = [...this.#alive][nth];
    if (victim === undefined) return;
    this.kills += 1;
    victim.kill('SIGKILL');
    await gone(victim);
  }

  /** Asks all of them to stop, as a deployment does. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#alive].map((child) => {
        child.kill('SIGTERM');
        return gone(child);
      }),
    );
  }
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
