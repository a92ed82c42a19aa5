import { roleName } from './cluster.ts';
import type { DataFolder } from './data-folder.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { type Postmaster, readPostmaster } from './postmaster.ts';
import { Seat } from './seat.ts';
import type { Site } from './site.ts';
import { stopServer } from './stop-server.ts';

export interface EmbeddedPostgres {
  /** `postgres://verdicts:…@127.0.0.1:…/verdicts`; stays the same until the server stops */
  url: string;
  /** Leaves the server, and stops it when nobody else is left. Calling it again does nothing. */
  close(): Promise<void>;
}

/**
 * Takes a seat in the server that was seen, or gives nothing when it is gone or going.
 *
 * Tried even when its process looks like a stranger's: in a folder that was renamed while its server runs,
 * the server goes by the old name, and it would be wrong to take its postmaster.pid away.
 */
export async function join(seen: Postmaster, site: Site): Promise<EmbeddedPostgres | undefined> {
  if (seen.holder === 'none') return undefined;
  const { folder, binaries, password } = site;
  const { pid, port } = seen;
  const seat = await Seat.take({ pid, port, password }).catch((error) => {
    if (error.code === '28P01' && seen.holder === 'server') throw wrongPassword(folder);
    return undefined;
  });
  if (!seat) return undefined;
  const now = await readPostmaster(folder.cluster);
  if (now && now.pid !== pid) {
    // A new server came up on the port between our two looks. We have its seat, but not its process id.
    await seat.leave(async () => {});
    return undefined;
  }
  let closing: Promise<void> | undefined;
  return {
    url: `postgres://${roleName}:${password}@127.0.0.1:${port}/${roleName}`,
    close() {
      closing ??= seat.leave(() => stopServer(pid, folder, binaries));
      return closing;
    },
  };
}

function wrongPassword({ cluster, passwordFile }: DataFolder): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `The password in ${passwordFile} is not that of ${cluster}: restore the file, or remove both with all data to start afresh.`,
  );
}
