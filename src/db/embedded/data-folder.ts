import { access, constants, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** A failure that its one-sentence message explains in full; show the message, not the stack. */
export class EmbeddedDatabaseError extends Error {
  override name = 'EmbeddedDatabaseError';
}

/** The paths in the app's data folder; absolute, with symbolic links resolved. */
export interface DataFolder {
  path: string;
  cluster: string;
  passwordFile: string;
  logFile: string;
}

/**
 * Creates the data folder if it is missing (mode 0700) and refuses one that we should not write to.
 *
 * Root could write anywhere, but is refused in another user's folder as well: that user could neither read nor
 * remove what root creates there, and could replace it while root uses it.
 */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const requested = resolve(dataDir);
  try {
    await makeFolder(requested, 0o700);
    await refuseForeign(requested, (await stat(requested)).uid);
    await readdir(requested);
    await access(requested, constants.W_OK | constants.X_OK);
    const path = await realpath(requested);
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
      `The data folder ${requested} cannot be written (${code ?? message}): set DATA_DIR to a folder of your own.`,
      { cause: error },
    );
  }
}

/**
 * Creates the folder and those above it, unless they exist. Node's own recursive mkdir never returns in /proc, and hides
 * why it failed on a read-only disk.
 */
export async function makeFolder(path: string, mode: number, hasParent = false): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || hasParent) throw error;
    await makeFolder(dirname(path), mode);
    await makeFolder(path, mode, true);
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

/** In a folder that several users share, the cluster still belongs to the user who created it. */
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

/** A user of this machine; by number, because that is how a process is started as another user. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * The account that runs this cluster's server; `undefined` means our own.
 *
 * PostgreSQL refuses to run as root, so root starts it under an unprivileged account. An existing cluster keeps
 * its owner, even if a `postgres` account is added later.
 */
export async function serverAccount(clusterFolder: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const owner = await stat(clusterFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = await listAccounts();
  return accounts.get('postgres') ?? accounts.get('nobody') ?? { uid: 65534, gid: 65534 };
}

/** `root (uid 0)`, or just `uid 1001` when the machine has no name for it. */
async function describeUser(uid: number): Promise<string> {
  for (const [name, account] of await listAccounts()) if (account.uid === uid) return `${name} (uid ${uid})`;
  return `uid ${uid}`;
}

async function listAccounts(): Promise<Map<string, Account>> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const accounts = new Map<string, Account>();
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
