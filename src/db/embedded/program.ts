import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { Account } from './account.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';

/** The cluster folder that a program works on, and whom it runs as; without an account, as ourselves. */
export interface Workplace {
  folder: string;
  account: Account | undefined;
}

/**
 * How to start a PostgreSQL program there. Its environment is ours to the last name: a PGPORT or PGOPTIONS of
 * the user must not steer it.
 */
export function spawnOptions({ folder, account }: Workplace) {
  return {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    windowsHide: true,
    ...(account && { uid: account.uid, gid: account.gid }),
  };
}

/**
 * The name of the folder in the program's own eyes.
 *
 * Root's data folder may lie where the server's account cannot follow the path. A child enters its working
 * folder while it is still root, and on Linux this link leads there without looking at the folders above.
 */
export function ownName({ folder, account }: Workplace): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/** Runs a program to its end; a failure is told by the first thing that it called fatal. */
export async function run(program: string, args: string[], place: Workplace, input = ''): Promise<void> {
  const child = spawn(program, args, { ...spawnOptions(place), stdio: 'pipe' });
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

/** The messages in a program's output or log that say why it gave up; without any, its last line. */
export function fatalLines(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() && !toldToClients.test(line));
  const fatal = lines.flatMap((line) => /\b(FATAL|PANIC|error): .*/.exec(line)?.[0] ?? []);
  return (fatal.length > 0 ? fatal : lines.slice(-1)).map((line) => line.replace(/\s+/g, ' ').trim());
}

/** The server marks these as fatal too, yet only a connection died of them. */
const toldToClients =
  /FATAL: +(terminating connection|canceling authentication|the database system is|password authentication)/;
