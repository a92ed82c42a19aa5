import { createServer } from 'node:net';
import { findBinaries } from './binaries.ts';
import { sharedPassword } from './cluster.ts';
import { EmbeddedDatabaseError, openDataFolder, serverAccount } from './data-folder.ts';
import { type EmbeddedPostgres, keepOpen } from './keep-open.ts';
import type { ServerConfig } from './server-process.ts';
import { type Patience, usualPatience } from './start-or-join.ts';

export { EmbeddedDatabaseError } from './data-folder.ts';
export type { EmbeddedPostgres } from './keep-open.ts';

export interface EmbeddedOptions {
  /** For tests: a power cut may destroy the data. Only has an effect if we start the server. */
  readonly unsafeFast?: boolean;
  /** Proposes a port of 127.0.0.1, and another one if that is taken. */
  readonly port?: ServerConfig['port'];
  readonly patience?: Patience;
  /** Called once, when the server is gone and cannot be started again; without it the process ends. */
  readonly onLost?: (error: unknown) => void;
}

/**
 * Starts the PostgreSQL server of this data folder, or joins the one that is running; any number of processes
 * may do so at once, and the last to close stops it. A killed process no longer counts; the server outlives it.
 * A killed server is started again, with the same URL, by those who use it.
 *
 * @param dataDir created with mode 0700 if missing; the cluster is in `<dataDir>/postgres`
 * @throws EmbeddedDatabaseError one sentence for the user: what is wrong and what to do
 */
export async function openEmbedded(
  dataDir: string,
  {
    unsafeFast = false,
    port = freePort,
    patience = usualPatience,
    onLost = endProcess,
  }: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  const folder = await openDataFolder(dataDir);
  try {
    const account = await serverAccount(folder.cluster);
    const binaries = await findBinaries(account);
    const password = await sharedPassword(folder);
    const config = { folder, account, binaries, password, unsafeFast, port };
    return await keepOpen(config, { patience, onLost });
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (error instanceof EmbeddedDatabaseError || !syscall) throw error;
    throw new EmbeddedDatabaseError(
      `The embedded PostgreSQL cannot work in ${folder.path} (${message}): set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
}

/** As an uncaught error, which the program explains: a process without its database is of no use. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** A port of the loopback address that is free now; another program may still take it first. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    probe.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
