import { access, constants, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeUser } from './account.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';

/** Where things lie in the app's data folder; absolute paths without symbolic links. */
export interface DataFolder {
  path: string;
  cluster: string;
  passwordFile: string;
  logFile: string;
}

/**
 * Makes the data folder when it is missing (for its owner only) and refuses one that is not ours to write.
 *
 * Root may write anywhere, yet is refused in another user's folder as well: what root made there, that user
 * could neither read nor remove, and could swap under root's hands.
 */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const asked = resolve(dataDir);
  try {
    await makeFolder(asked);
    await refuseForeign(asked, (await stat(asked)).uid);
    await readdir(asked);
    await access(asked, constants.W_OK | constants.X_OK);
    const path = await realpath(asked);
    const folder = {
      path,
      cluster: join(path, 'postgres'),
      passwordFile: join(path, 'postgres.password'),
      logFile: join(path, 'postgres.log'),
    };
    await refuseForeignCluster(folder);
    return folder;
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EmbeddedDatabaseError(
      `The data folder ${asked} cannot be written (${code ?? message}): set DATA_DIR to a folder of your own.`,
      { cause: error },
    );
  }
}

/** Node's own recursive mkdir runs forever in /proc, and hides why it failed on a read-only disk. */
async function makeFolder(path: string, hasParent = false): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || hasParent) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path, true);
  }
}

async function refuseForeign(path: string, ownerUid: number): Promise<void> {
  const uid = process.geteuid?.();
  if (uid === undefined || ownerUid === uid) return;
  const writable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (uid === 0 || !writable) throw await foreign(path, ownerUid, uid);
}

/** In a folder that several users share, the cluster still belongs to the one who made it. */
async function refuseForeignCluster({ cluster }: DataFolder): Promise<void> {
  const uid = process.geteuid?.();
  const owner = (await stat(cluster).catch(() => undefined))?.uid;
  if (uid && owner !== undefined && owner !== uid) throw await foreign(cluster, owner, uid);
}

async function foreign(path: string, ownerUid: number, uid: number): Promise<EmbeddedDatabaseError> {
  const [owner, self] = await Promise.all([describeUser(ownerUid), describeUser(uid)]);
  return new EmbeddedDatabaseError(
    `${path} belongs to ${owner} and you are ${self}: run as the owner, or set DATA_DIR to a folder of your own.`,
  );
}
