import { chmod, cp, lstat, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { makeTemporaryFolder, removeAbandonedSiblings, removeTree } from './temporary-sibling.ts';

const cacheFolder = '/var/cache/weekly-verdicts';

/**
 * For root only: the folder of binaries itself when every user may enter it, else a copy of it that every user may.
 *
 * A checkout below root's home is closed to the account that the server runs as. The copy is made once per
 * version, in a place where only root can have put it; anything else found there is refused, not run.
 */
export async function reachableCopy(native: string, name: string): Promise<string> {
  if (await everyoneMayEnter(join(native, 'bin'))) return native;
  const copy = join(cacheFolder, name);
  try {
    await mkdir(cacheFolder, { recursive: true, mode: 0o755 });
    await refuseUnlessOnlyRootWrites(cacheFolder);
    await chmod(cacheFolder, 0o755);
    if (!(await lstat(copy).catch(() => undefined))) await makeCopy(native, copy);
    await refuseUnlessOnlyRootWrites(copy);
    return copy;
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    throw new EmbeddedDatabaseError(
      `The PostgreSQL binaries in ${native} are closed to other users and cannot be copied to ${copy} (${(error as Error).message}): move the checkout, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
}

async function everyoneMayEnter(folder: string): Promise<boolean> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if (!((await stat(path)).mode & 0o001)) return false;
  }
  return true;
}

async function refuseUnlessOnlyRootWrites(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return;
  throw new EmbeddedDatabaseError(
    `${folder} must be a folder that belongs to root and nobody else may write to: remove it and start again.`,
  );
}

async function makeCopy(native: string, copy: string): Promise<void> {
  await removeAbandonedSiblings(copy);
  const unfinished = await makeTemporaryFolder(copy);
  try {
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await openToEveryone(unfinished);
    await rename(unfinished, copy);
  } catch (error) {
    await removeTree(unfinished);
    const lostTheRace = await lstat(copy).catch(() => undefined);
    if (!lostTheRace) throw error;
  }
}

/** Readable for all and writable for root, whatever umask npm ran under. */
async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToEveryone(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
