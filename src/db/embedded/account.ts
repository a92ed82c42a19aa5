import { readFile, stat } from 'node:fs/promises';

/** A user of this machine, by numbers, since that is what a process is started with. */
export interface Account {
  uid: number;
  gid: number;
}

const isRoot = process.geteuid?.() === 0;

/**
 * Whom the server of this cluster runs as, or `undefined` for "as ourselves".
 *
 * PostgreSQL refuses to run as root, so root hands it to an account without rights. A cluster that exists
 * already says by its owner which one that was, so installing a `postgres` account later changes nothing.
 */
export async function serverAccount(clusterFolder: string): Promise<Account | undefined> {
  if (!isRoot) return undefined;
  const owner = await stat(clusterFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = await listAccounts();
  return accounts.get('postgres') ?? accounts.get('nobody') ?? { uid: 65534, gid: 65534 };
}

/** `root (uid 0)`, or just `uid 1001` when the machine has no name for it. */
export async function describeUser(uid: number): Promise<string> {
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
