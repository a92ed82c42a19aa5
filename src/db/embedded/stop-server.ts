import type { Binaries } from './binaries.ts';
import type { DataFolder } from './data-folder.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { endsWithin, processExists } from './processes.ts';
import { run } from './program.ts';

/** Everything written since the last checkpoint goes to disk now, which on a slow one takes a while. */
const stopLimitMs = 60_000;

/** PostgreSQL's fast shutdown: throws everybody out, writes a checkpoint and ends. Returns when it has ended. */
export async function stopServer(pid: number, folder: DataFolder, { pgCtl }: Binaries): Promise<void> {
  if (!processExists(pid)) return;
  if (process.platform === 'win32') {
    await run(pgCtl, ['kill', 'INT', String(pid)], { folder: folder.path, account: undefined });
  } else {
    process.kill(pid, 'SIGINT');
  }
  if (await endsWithin(pid, stopLimitMs)) return;
  throw new EmbeddedDatabaseError(
    `The embedded PostgreSQL (process ${pid}) is still stopping after ${stopLimitMs / 1000} s: see ${folder.logFile}.`,
  );
}
