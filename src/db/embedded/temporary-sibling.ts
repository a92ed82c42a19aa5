import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { processExists } from './processes.ts';

/** Far longer than any of this work takes: by then another program must have been given the process id. */
const abandonedAfterMs = 10 * 60_000;
/** Another process's work is waited for only this long; it takes a second or two. */
const worthWaitingForMs = 10_000;

/** A name for unfinished work beside its target, until a rename puts it in place: `<target>.<pid>-<random>.new`. */
export function temporarySibling(target: string): string {
  return `${target}.${process.pid}-${randomBytes(6).toString('hex')}.new`;
}

export async function makeTemporaryFolder(target: string): Promise<string> {
  const folder = temporarySibling(target);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/**
 * Removes what killed processes left beside the target.
 * @returns whether another process is creating the same target right now, so that it is better to wait
 */
export async function removeAbandonedSiblings(target: string): Promise<{ inProgress: boolean }> {
  let inProgress = false;
  for (const name of await readdir(dirname(target))) {
    const pid = name.startsWith(`${basename(target)}.`) && /\.(\d+)-[0-9a-f]{12}\.new$/.exec(name)?.[1];
    if (!pid) continue;
    const path = join(dirname(target), name);
    const ageMs = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (!processExists(Number(pid)) || ageMs > abandonedAfterMs) await removeTree(path);
    else if (ageMs < worthWaitingForMs) inProgress = true;
  }
  return { inProgress };
}

/** Never fails: what cannot be removed (say, a child of a killed process still writes to it) is left to the next start. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}
