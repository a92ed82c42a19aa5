import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { EnvironmentError } from '../env.ts';
import { stopSignal } from './stop-signal.ts';

/** What a command has of the process around it. Tests run commands in their own process, on a terminal of their own. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** How the program has ended; not set as long as all went well. */
  exitCode?: number | undefined;
  /** The settings, including those of a file `.env`. */
  env(): Readonly<NodeJS.ProcessEnv>;
  /** Aborted by Ctrl-C or SIGTERM. */
  stopSignal(): AbortSignal;
}

/** This process. */
export const processTerminal: Terminal = {
  // Read when needed: Node opens stdin at the first use.
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
  set exitCode(code: number | undefined) {
    process.exitCode = code;
  },
  env() {
    loadDotEnv();
    return process.env;
  },
  stopSignal,
};

/**
 * A pipe that closes early (`| head -1`) or a full disk must not stop a send half-way: what is written after that is lost.
 * A full disk is reported on stderr, once, and makes the exit code 1 at least.
 */
export function surviveFailedOutput(): void {
  let hasFailed = false;
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || hasFailed) return;
    hasFailed = true;
    const why = code === 'ENOSPC' ? 'its disk is full' : code;
    process.stderr.write(
      `Standard output cannot be written (${why}): some of it is lost. The command itself went on.\n`,
    );
    process.on('exit', () => {
      process.exitCode ||= 1;
    });
  });
  // There is nowhere left to say so.
  process.stderr.on('error', () => {});
}

function loadDotEnv(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    // No file means defaults. One that cannot be read is an error, since it may name the real database.
    // (Node says ENOENT in both cases.)
    if (existsSync('.env')) {
      throw new EnvironmentError('The file .env exists but cannot be read. Make it readable, or remove it.', {
        cause: error,
      });
    }
  }
}
