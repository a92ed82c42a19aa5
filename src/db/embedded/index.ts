import { serverAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { openDataFolder } from './data-folder.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { freePort } from './free-port.ts';
import type { EmbeddedPostgres } from './join.ts';
import { sharedPassword } from './password.ts';
import type { Site } from './site.ts';
import { startOrJoin } from './start-or-join.ts';

export { EmbeddedDatabaseError } from './embedded-database-error.ts';
export type { EmbeddedPostgres } from './join.ts';

/**
 * Starts the PostgreSQL server of this data folder, or joins the one already running; any number of processes
 * may do so at once, and the last to close stops it. A killed process counts as gone; the server outlives it.
 *
 * @param dataDir made, for its owner only, when missing; the cluster lies in `<dataDir>/postgres`
 * @param options.unsafeFast for tests: a power cut may destroy the data. Only counts for who starts the server
 * @param options.port proposes a port of 127.0.0.1, and another when that is taken
 * @throws EmbeddedDatabaseError a sentence for the reader: what is wrong and what to do
 */
export async function openEmbedded(
  dataDir: string,
  { unsafeFast = false, port = freePort }: { unsafeFast?: boolean; port?: Site['port'] } = {},
): Promise<EmbeddedPostgres> {
  const folder = await openDataFolder(dataDir);
  try {
    const account = await serverAccount(folder.cluster);
    const binaries = await findBinaries(account);
    const password = await sharedPassword(folder);
    return await startOrJoin({ folder, account, binaries, password, unsafeFast, port });
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (error instanceof EmbeddedDatabaseError || !syscall) throw error;
    throw new EmbeddedDatabaseError(
      `The embedded PostgreSQL cannot work in ${folder.path} (${message}): set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
}
