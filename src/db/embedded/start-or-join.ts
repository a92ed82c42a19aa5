import { setTimeout as sleep } from 'node:timers/promises';
import { clusterExists, createCluster, roleName } from './cluster.ts';
import { type DataFolder, EmbeddedDatabaseError } from './data-folder.ts';
import { type Postmaster, readPostmaster, removeStaleFile } from './postmaster.ts';
import { Presence } from './presence.ts';
import { fatalLines } from './processes.ts';
import { type Launch, launchServer, readLogEnd, type ServerConfig, stopServer } from './server-process.ts';
import { removeAbandonedSiblings } from './temporary-sibling.ts';

/** A server that this process uses. */
export interface Joined {
  /** `postgres://verdicts:…@127.0.0.1:…/verdicts` */
  readonly url: string;
  readonly port: number;
  /** Resolves when the server is gone, or has cut us off. */
  readonly lost: Promise<void>;
  /** Leaves the server, and stops it if no other process uses it. */
  leave(): Promise<void>;
}

export interface StartOptions {
  readonly patience: Patience;
  /** The port of a server that was lost: the next one must have it too, and there must be a cluster for it. */
  readonly again?: number;
  /** When it aborts, a server that we are starting is stopped, and the promise rejects. */
  readonly signal?: AbortSignal;
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
/** How long the processes of a killed server may keep its port, on a busy machine. */
const keepsPortMs = 5_000;

/**
 * There is no lock file of ours. The cluster appears by one rename; PostgreSQL's postmaster.pid decides whose
 * server runs it; locks in the server itself count its users (see presence.ts). Another process may be faster at
 * any step, so this loop looks at the state of things again until it has joined a server.
 */
export async function startOrJoin(
  config: ServerConfig,
  { patience, again, signal }: StartOptions,
): Promise<Joined> {
  const startedMs = performance.now();
  const ports = new Ports(config, again);
  let idleMs = 0;
  let launch: Launch | undefined;
  for (;;) {
    if (signal?.aborted) {
      launch?.stop();
      signal.throwIfAborted();
    }
    const fromMs = performance.now();
    const postmaster = await readPostmaster(config.folder.cluster);
    const joined = postmaster?.isReady && (await join(postmaster, config));
    if (joined) return joined;
    const isRunning = postmaster?.pidOwner === 'server';
    const hasFailed = await launch?.hasEnded();
    if (hasFailed) launch = undefined;
    else if (!launch && !isRunning) launch = await start(config, ports, postmaster);
    await sleep(hasFailed ? retryLaunchAfterMs : pollEveryMs);
    const nowMs = performance.now();
    const isAtWork = isRunning ? !postmaster.isReady : launch !== undefined;
    if (!isAtWork) idleMs += nowMs - fromMs;
    if (idleMs > patience.idleMs) throw await cannotBeReached(config.folder);
    if (nowMs - startedMs > patience.totalMs) throw stillStarting(config.folder, patience);
  }
}

/** @returns nothing while another process creates the cluster: waiting is faster than creating it as well */
async function start(
  config: ServerConfig,
  ports: Ports,
  previous: Postmaster | undefined,
): Promise<Launch | undefined> {
  const { folder, binaries, account, password, unsafeFast } = config;
  const { inProgress } = await removeAbandonedSiblings(folder.cluster);
  if (!(await clusterExists(folder.cluster, binaries))) {
    if (ports.again !== undefined) throw isGone(folder);
    if (inProgress) return undefined;
    await createCluster(folder.cluster, binaries, account, password, !unsafeFast);
  }
  if (previous?.pidOwner === 'other-process') await removeStaleFile(previous);
  return launchServer(config, await ports.next(previous));
}

/** Which port the next server listens on. */
class Ports {
  readonly again: number | undefined;
  readonly #config: ServerConfig;
  #previous: { readonly port: number; readonly untilMs: number } | undefined;

  constructor(config: ServerConfig, again: number | undefined) {
    this.again = again;
    this.#config = config;
  }

  /**
   * That of a server that was killed, since processes that used it look for the next one there. What is left of it may
   * keep the port for a while; if another program has it by now, they end, and whoever begins afresh takes any other.
   */
  async next(previous: Postmaster | undefined): Promise<number> {
    if (this.again !== undefined) return this.again;
    if (previous !== undefined && !Number.isNaN(previous.port))
      this.#previous ??= { port: previous.port, untilMs: performance.now() + keepsPortMs };
    if (this.#previous === undefined || performance.now() > this.#previous.untilMs)
      return this.#config.port();
    return this.#previous.port;
  }
}

/**
 * Joins a server that reported itself ready; gives nothing if it is gone or stopping.
 *
 * Tried even if its process looks like another program: in a folder that was renamed while its server runs, the
 * server still has the old name, and removing its postmaster.pid would be wrong.
 */
async function join(found: Postmaster, config: ServerConfig): Promise<Joined | undefined> {
  if (found.pidOwner === 'none') return undefined;
  const { folder, password } = config;
  const { pid, port } = found;
  const presence = await Presence.enter({ port, password }).catch((error) => {
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
  return {
    url: `postgres://${roleName}:${password}@127.0.0.1:${port}/${roleName}`,
    port,
    lost: presence.ended,
    leave: () => presence.leave(() => stopServer(pid, config)),
  };
}

function isGone({ cluster }: DataFolder): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `The folder ${cluster} is gone, with all data in it, and its server has ended: put it back, or start again with an empty database.`,
  );
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
