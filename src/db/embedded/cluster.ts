import { randomBytes } from 'node:crypto';
import { chown, constants, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { type Account, type DataFolder, EmbeddedDatabaseError } from './data-folder.ts';
import { pathForProgram, type RunOptions, run } from './processes.ts';
import { makeTemporaryFolder, removeTree, temporarySibling } from './temporary-sibling.ts';

/** The cluster's only role, and its database. */
export const roleName = 'verdicts';

/** @throws EmbeddedDatabaseError if the folder exists but holds no cluster that these binaries can serve */
export async function clusterExists(cluster: string, binaries: Binaries): Promise<boolean> {
  // In this order: if a cluster is renamed into place between the two reads, the second one sees it.
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
 * Creates the cluster in a temporary folder and renames it into place, so that no process sees half of it.
 * If several processes do this at once, the first to rename wins; the others discard theirs.
 * @param durable whether it must survive a power cut as soon as it is in place
 */
export async function createCluster(
  cluster: string,
  { initdb, postgres }: Binaries,
  account: Account | undefined,
  password: string,
  durable: boolean,
): Promise<void> {
  const folder = await makeTemporaryFolder(cluster);
  const options: RunOptions = { folder, account };
  const path = pathForProgram(options);
  try {
    if (account) await chown(folder, account.uid, account.gid);
    await run(initdb, [...initdbArguments, '-D', path], options);
    await run(postgres, ['--single', '-F', '-D', path, 'postgres'], options, setUp(path, password));
    if (durable) await run(initdb, ['--sync-only', '-D', path], options);
    await rename(folder, cluster);
    if (durable) await syncFolder(dirname(cluster));
  } catch (error) {
    await removeTree(folder);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
    // Another process's cluster is already in place. (Windows reports EPERM for that.)
    const present = await readFile(join(cluster, 'PG_VERSION')).catch(() => undefined);
    if (!present) throw error;
  }
}

const initdbArguments = [
  ...['--username', roleName, '--auth', 'reject', '--encoding', 'UTF8', '--locale', 'C'],
  ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-sync', '--no-instructions'],
];

/**
 * The statements that allow logins, which initdb has rejected so far. The password goes through a pipe: a file
 * would have to be readable by the server's account, and an argument is readable by everyone. COPY lets the
 * server write its own access file.
 */
function setUp(path: string, password: string): string {
  const accessFile = `${path}/pg_hba.conf`.replaceAll("'", "''");
  return [
    `ALTER ROLE ${roleName} PASSWORD '${password}'`,
    `CREATE DATABASE ${roleName}`,
    `COPY (VALUES ('host all all 127.0.0.1/32 scram-sha-256')) TO '${accessFile}'`,
    '',
  ].join('\n');
}

/** Makes the rename itself survive a power cut. Windows cannot sync folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/**
 * The password of this data folder's cluster, generated at the first call.
 *
 * The first process to need it writes it before there is a cluster. Processes that race to create the cluster
 * therefore all give it the same password, and it does not matter which of them wins.
 */
export async function sharedPassword({ cluster, passwordFile }: DataFolder): Promise<string> {
  const existing = await readPassword(passwordFile);
  if (existing) return existing;
  const hasCluster = await stat(join(cluster, 'PG_VERSION')).catch(() => undefined);
  if (!hasCluster) await proposePassword(passwordFile);
  // Read again even if there is a cluster: both may have appeared since the first read.
  const password = await readPassword(passwordFile);
  if (password) return password;
  throw new EmbeddedDatabaseError(
    `The password file ${passwordFile} is missing: restore it, or remove ${cluster} with all its data to start afresh.`,
  );
}

async function readPassword(passwordFile: string): Promise<string | undefined> {
  try {
    const file = await open(passwordFile, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      return (await file.readFile('utf8')).trim();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new EmbeddedDatabaseError(
      `The password file ${passwordFile} cannot be read (${code}): run as the user who created it, or set DATA_DIR to a folder of your own.`,
      { cause: error },
    );
  }
}

/** A hard link appears with its whole content at once, and never replaces another process's proposal. */
async function proposePassword(passwordFile: string): Promise<void> {
  const proposal = temporarySibling(passwordFile);
  const file = await open(proposal, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(24).toString('hex')}\n`);
    await file.sync();
    await link(proposal, passwordFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await rm(proposal, { force: true });
  }
}
