import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';

interface ProcessTimes {
  readonly parent: number;
  readonly ownUs: number;
  /** Of children that have ended. */
  readonly childrenUs: number;
}

/** Linux counts in hundredths of a second. */
const tickUs = 10_000;

/** CPU that a PostgreSQL server on this machine has used so far, all of its processes together; Linux only. */
export async function serverCpuUs(db: Db): Promise<number> {
  const { rows } = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  const backend = await timesOf(String(rows[0]?.pid));
  if (backend === null) return Number.NaN;
  const server = await timesOf(String(backend.parent));
  const processes = await Promise.all(
    (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(timesOf),
  );
  const children = processes.filter((one) => one?.parent === backend.parent);
  return (
    (server?.ownUs ?? 0) +
    (server?.childrenUs ?? 0) +
    children.reduce((sum, one) => sum + (one?.ownUs ?? 0), 0)
  );
}

/** Null for a process that has ended, and without /proc. */
async function timesOf(pid: string): Promise<ProcessTimes | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // What follows the name of the program, which may contain anything.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
  return { parent, ownUs: (user + system) * tickUs, childrenUs: (childrenUser + childrenSystem) * tickUs };
}
