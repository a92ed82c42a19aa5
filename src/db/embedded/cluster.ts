import { chown, open, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { ownName, run, type Workplace } from './program.ts';
import { makeTemporaryFolder, removeTree } from './temporary-sibling.ts';

/** The one role of the cluster and the database that it serves. */
export const roleName = 'verdicts';

/** @throws EmbeddedDatabaseError when the folder is there, but holds no cluster that these binaries can serve */
export async function clusterExists(cluster: string, binaries: Binaries): Promise<boolean> {
  // In this order: a cluster that is renamed into place between the two looks is seen by the second.
  const content = await readdir(cluster).catch(() => []);
  if (content.length === 0) return false;
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) {
    throw new EmbeddedDatabaseError(
      `${cluster} is not a complete PostgreSQL cluster: move it away to start afresh, or set DATA_DIR to another folder.`,
    );
  }
  if (version.trim() === binaries.major) return true;
  throw new EmbeddedDatabaseError(
    `${cluster} was made by PostgreSQL ${version.trim()} and this is ${binaries.major}: move it away to start afresh, or set DATABASE_URL to a server of that version.`,
  );
}

/**
 * Makes the cluster in a temporary folder and renames it into place, so that whoever sees it sees all of it.
 * Of several processes at it the first to rename wins; the others discard their work.
 * @param durable whether it must survive a power cut from the moment it is there
 */
export async function createCluster(
  cluster: string,
  { initdb, postgres }: Binaries,
  account: Account | undefined,
  password: string,
  durable: boolean,
): Promise<void> {
  const folder = await makeTemporaryFolder(cluster);
  const place: Workplace = { folder, account };
  try {
    if (account) await chown(folder, account.uid, account.gid);
    await run(initdb, [...initdbArguments, '-D', ownName(place)], place);
    await run(postgres, ['--single', '-F', '-D', ownName(place), 'postgres'], place, finish(place, password));
    if (durable) await run(initdb, ['--sync-only', '-D', ownName(place)], place);
    await rename(folder, cluster);
    if (durable) await syncFolder(dirname(cluster));
  } catch (error) {
    await removeTree(folder);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
    // Somebody else's cluster is in place already. (Windows says EPERM for it.)
    const present = await readFile(join(cluster, 'PG_VERSION')).catch(() => undefined);
    if (!present) throw error;
  }
}

const initdbArguments = [
  ...['--username', roleName, '--auth', 'reject', '--encoding', 'UTF8', '--locale', 'C'],
  ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-sync', '--no-instructions'],
];

/**
 * Until here nobody can log in. The password goes through a pipe: a file would have to be readable by the
 * server's account, an argument is readable by everybody. COPY lets the server write its own file as itself.
 */
function finish(place: Workplace, password: string): string {
  const accessFile = `${ownName(place)}/pg_hba.conf`.replaceAll("'", "''");
  return [
    `ALTER ROLE ${roleName} PASSWORD '${password}'`,
    `CREATE DATABASE ${roleName}`,
    `COPY (VALUES ('host all all 127.0.0.1/32 scram-sha-256')) TO '${accessFile}'`,
    '',
  ].join('\n');
}

/** Makes the rename itself survive a power cut. Windows has no such thing for folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
