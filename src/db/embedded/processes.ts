import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, EmbeddedDatabaseError } from './data-folder.ts';

/** Also true for a process of another user, and for a zombie. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * - `none`: there is no such process
 * - `zombie`: it has ended, but its parent has not reaped it (in a container, often nobody ever does)
 * - `unknown`: it exists, but this system does not show its arguments (only Linux has them in a file)
 */
export async function argumentsOf(pid: number): Promise<string[] | 'none' | 'zombie' | 'unknown'> {
  if (!processExists(pid)) return 'none';
  if (process.platform !== 'linux') return 'unknown';
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (text === undefined) return processExists(pid) ? 'unknown' : 'none';
  return text === '' ? 'zombie' : text.split('\0');
}

/** Waits until the process has ended; false if it has not within the limit. */
export async function endsWithin(pid: number, limitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const found = await argumentsOf(pid);
    if (found === 'none' || found === 'zombie') return true;
    if (performance.now() > deadlineMs) return false;
    await sleep(5);
  }
}

/** The working folder of a PostgreSQL program, and the account that runs it (ours when undefined). */
export interface RunOptions {
  folder: string;
  account: Account | undefined;
}

/** The environment is fixed: a PGPORT or PGOPTIONS of the user must not reach the program. */
export function spawnOptions({ folder, account }: RunOptions) {
  return {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    windowsHide: true,
    ...(account && { uid: account.uid, gid: account.gid }),
  };
}

/**
 * The path under which the program itself can reach its working folder.
 *
 * The server's account may not be allowed to enter the folders above root's data folder. A child process enters
 * its working folder while it is still root, and on Linux this link leads there without checking those above.
 */
export function pathForProgram({ folder, account }: RunOptions): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/** Runs a program to its end. If it fails, the error carries the first line that it marked as fatal. */
export async function run(program: string, args: string[], options: RunOptions, input = ''): Promise<void> {
  const child = spawn(program, args, { ...spawnOptions(options), stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.stdin.on('error', () => {}).end(input);
  const exit = await new Promise<string | number | null>((resolve, reject) => {
    child.on('error', (error) => reject(cannotRun(program, error)));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (exit !== 0) throw cannotRun(program, new Error(fatalLines(output)[0] ?? `ended with ${exit}`));
}

export function cannotRun(program: string, error: Error): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `The embedded PostgreSQL cannot run here (${basename(program)}: ${error.message}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
    { cause: error },
  );
}

/** The lines of a program's output or log that say why it failed; its last line if none does. */
export function fatalLines(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() && !endedOneConnection.test(line));
  const fatal = lines.flatMap((line) => /\b(FATAL|PANIC|error): .*/.exec(line)?.[0] ?? []);
  return (fatal.length > 0 ? fatal : lines.slice(-1)).map((line) => line.replace(/\s+/g, ' ').trim());
}

/** The server logs these as FATAL too, but they end one connection, not the server. */
const endedOneConnection =
  /FATAL: +(terminating connection|canceling authentication|the database system is|password authentication)/;
