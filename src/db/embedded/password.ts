import { randomBytes } from 'node:crypto';
import { constants, link, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFolder } from './data-folder.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { temporarySibling } from './temporary-sibling.ts';

/**
 * The password of this data folder's cluster, made up at the first call.
 *
 * It is settled before there is a cluster, and by whoever comes first: processes that race to create the
 * cluster then all give it the same one, and it does not matter whose cluster wins.
 */
export async function sharedPassword({ cluster, passwordFile }: DataFolder): Promise<string> {
  const known = await readPassword(passwordFile);
  if (known) return known;
  const hasCluster = await stat(join(cluster, 'PG_VERSION')).catch(() => undefined);
  if (!hasCluster) await proposePassword(passwordFile);
  // Asked again even beside a cluster: both may have come about since we first looked.
  const settled = await readPassword(passwordFile);
  if (settled) return settled;
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
      `The password file ${passwordFile} cannot be read (${code}): run as the user who made it, or set DATA_DIR to a folder of your own.`,
      { cause: error },
    );
  }
}

/** A link appears at once with its whole content, and never over another process's proposal. */
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
