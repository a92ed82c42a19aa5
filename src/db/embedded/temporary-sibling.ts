import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { processExists } from './processes.ts';

/** Long enough for any work; only its process id, taken over by another program, can make leftovers look alive. */
const abandonedAfterMs = 10 * 60_000;
/** Work that is worth waiting for takes a second or two. */
const worthWaitingForMs = 10_000;

/** A name beside the target for work in progress, until a rename puts it in place: `<target>.<pid>-<random>.new`. */
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
 * @returns whether a living process is at work on the same target just now, so that waiting beats doing it too
 */
export async function removeAbandonedSiblings(target: string): Promise<{ othersAtWork: boolean }> {
  let othersAtWork = false;
  for (const name of await readdir(dirname(target))) {
    const pid = name.startsWith(`${basename(target)}.`) && /\.(\d+)-[0-9a-f]{12}\.new$/.exec(name)?.[1];
    if (!pid) continue;
    const path = join(dirname(target), name);
    const ageMs = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (!processExists(Number(pid)) || ageMs > abandonedAfterMs) await removeTree(path);
    else if (ageMs < worthWaitingForMs) othersAtWork = true;
  }
  return { othersAtWork };
}

/** Never fails: a folder that resists (a child of its killed maker still writes to it) is left to the next start. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}
