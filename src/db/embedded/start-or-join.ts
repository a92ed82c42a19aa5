import { setTimeout as sleep } from 'node:timers/promises';
import { clusterExists, createCluster, roleName } from './cluster.ts';
import { type DataFolder, EmbeddedDatabaseError } from './data-folder.ts';
import { type Postmaster, readPostmaster, removeStaleFile } from './postmaster.ts';
import { Presence } from './presence.ts';
import { fatalLines } from './processes.ts';
import { type Launch, launchServer, readLogEnd, type ServerConfig, stopServer } from './server-process.ts';
import { removeAbandonedSiblings } from './temporary-sibling.ts';

export interface EmbeddedPostgres {
  /** `postgres://verdicts:…@127.0.0.1:…/verdicts`; does not change until the server stops */
  url: string;
  /** Leaves the server, and stops it if no other process uses it. Calling it again does nothing. */
  close(): Promise<void>;
}

/** How long to wait for a server. */
export interface Patience {
  /** Time in which no server is starting, recovering or stopping, and none that runs lets us in. */
  readonly idleMs: number;
  /** All time. On a busy machine, or after a crash, a server may take minutes to start. */
  readonly totalMs: number;
}

export const usualPatience: Patience = { idleMs: 30_000, totalMs: 600_000 };

const pollEveryMs = 5;
/** Gives what blocked the last launch, such as processes of a killed server, time to go. */
const retryLaunchAfterMs = 50;

/**
 * There is no lock file of ours. The cluster appears by one rename; PostgreSQL's postmaster.pid decides whose
 * server runs it; locks in the server itself count its users (see presence.ts). Another process may be faster at
 * any step, so this loop looks at the state of things again until it has joined a server.
 */
export async function startOrJoin(config: ServerConfig, patience: Patience): Promise<EmbeddedPostgres> {
  const startedMs = performance.now();
  let idleMs = 0;
  let launch: Launch | undefined;
  for (;;) {
    const fromMs = performance.now();
    const postmaster = await readPostmaster(config.folder.cluster);
    const joined = postmaster?.isReady && (await join(postmaster, config));
    if (joined) return joined;
    const isRunning = postmaster?.pidOwner === 'server';
    const hasFailed = await launch?.hasEnded();
    if (hasFailed) launch = undefined;
    else if (!launch && !isRunning) launch = await start(config, postmaster);
    await sleep(hasFailed ? retryLaunchAfterMs : pollEveryMs);
    const nowMs = performance.now();
    const isAtWork = isRunning ? !postmaster.isReady : launch !== undefined;
    if (!isAtWork) idleMs += nowMs - fromMs;
    if (idleMs > patience.idleMs) throw await cannotBeReached(config.folder);
    if (nowMs - startedMs > patience.totalMs) throw stillStarting(config.folder, patience);
  }
}

/** @returns nothing while another process creates the cluster: waiting is faster than creating it as well */
async function start(config: ServerConfig, previous: Postmaster | undefined): Promise<Launch | undefined> {
  const { folder, binaries, account, password, unsafeFast } = config;
  const { inProgress } = await removeAbandonedSiblings(folder.cluster);
  if (!(await clusterExists(folder.cluster, binaries))) {
    if (inProgress) return undefined;
    await createCluster(folder.cluster, binaries, account, password, !unsafeFast);
  }
  if (previous?.pidOwner === 'other-process') await removeStaleFile(previous);
  return launchServer(config);
}

/**
 * Joins a server that reported itself ready; gives nothing if it is gone or stopping.
 *
 * Tried even if its process looks like another program: in a folder that was renamed while its server runs, the
 * server still has the old name, and removing its postmaster.pid would be wrong.
 */
async function join(found: Postmaster, config: ServerConfig): Promise<EmbeddedPostgres | undefined> {
  if (found.pidOwner === 'none') return undefined;
  const { folder, password } = config;
  const { pid, port } = found;
  const presence = await Presence.enter({ pid, port, password }).catch((error) => {
    if (error.code === '28P01' && found.pidOwner === 'server') throw wrongPassword(folder);
    return undefined;
  });
  if (!presence) return undefined;
  const now = await readPostmaster(folder.cluster);
  if (now && now.pid !== pid) {
    // A new server took over the port between the two reads. We have joined that one, but with the wrong pid.
    await presence.leave(async () => {});
    return undefined;
  }
  let closing: Promise<void> | undefined;
  return {
    url: `postgres://${roleName}:${password}@127.0.0.1:${port}/${roleName}`,
    close() {
      closing ??= presence.leave(() => stopServer(pid, config));
      return closing;
    },
  };
}

function wrongPassword({ cluster, passwordFile }: DataFolder): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `The password in ${passwordFile} is not that of ${cluster}: restore the file, or remove both with all data to start afresh.`,
  );
}

async function cannotBeReached({ cluster, logFile }: DataFolder): Promise<EmbeddedDatabaseError> {
  const reason = fatalLines(await readLogEnd(logFile)).at(-1) ?? 'nothing';
  return new EmbeddedDatabaseError(
    `The embedded PostgreSQL in ${cluster} cannot be reached; the last line of ${logFile} that gives a reason is: ${reason}`,
  );
}

function stillStarting({ cluster, logFile }: DataFolder, { totalMs }: Patience): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `The embedded PostgreSQL in ${cluster} is still not ready after ${totalMs / 1000} s: see ${logFile}, and run the command again to go on waiting.`,
  );
}
