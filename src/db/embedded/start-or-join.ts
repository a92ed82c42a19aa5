import { setTimeout as delay } from 'node:timers/promises';
import { clusterExists, createCluster } from './cluster.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { type EmbeddedPostgres, join } from './join.ts';
import { type Launch, launchServer } from './launch.ts';
import { type Postmaster, readPostmaster, removeStaleFile } from './postmaster.ts';
import { fatalLines } from './program.ts';
import { readLogEnd } from './server-log.ts';
import type { Site } from './site.ts';
import { removeAbandonedSiblings } from './temporary-sibling.ts';

const openLimitMs = 30_000;
/** Time that a server spends replaying its log after a crash, or writing it out before it stops, does not count. */
const busyServerLimitMs = 300_000;
const pollEveryMs = 5;
/** What stood in the way, say the processes of a killed server, gets time to go. */
const relaunchAfterMs = 50;

/**
 * There is no lock file of ours. The cluster appears by one rename; whose server runs it is decided by
 * PostgreSQL's postmaster.pid; who is still there is known by locks in the server itself (see seat.ts). So
 * at every step somebody may be quicker, and this loop looks again at what is there until it has a seat.
 */
export async function startOrJoin(site: Site): Promise<EmbeddedPostgres> {
  const startedMs = performance.now();
  let giveUpAtMs = startedMs + openLimitMs;
  let launch: Launch | undefined;
  for (;;) {
    const postmaster = await readPostmaster(site.folder.cluster);
    const joined = postmaster?.isReady && (await join(postmaster, site));
    if (joined) return joined;
    if (await launch?.hasEnded()) {
      launch = undefined;
      await delay(relaunchAfterMs);
      continue;
    }
    if (!launch && postmaster?.holder !== 'server') launch = await start(site, postmaster);
    const nowMs = performance.now();
    const isBusy = postmaster?.holder === 'server' && !postmaster.isReady;
    if (isBusy) giveUpAtMs = Math.min(nowMs + openLimitMs, startedMs + busyServerLimitMs);
    if (nowMs > giveUpAtMs) throw await gaveUp(site);
    await delay(pollEveryMs);
  }
}

/** @returns nothing while another process makes the cluster: waiting for it is quicker than making it too */
async function start(site: Site, gone: Postmaster | undefined): Promise<Launch | undefined> {
  const { folder, binaries, account, password, unsafeFast } = site;
  const { othersAtWork } = await removeAbandonedSiblings(folder.cluster);
  if (!(await clusterExists(folder.cluster, binaries))) {
    if (othersAtWork) return undefined;
    await createCluster(folder.cluster, binaries, account, password, !unsafeFast);
  }
  if (gone?.holder === 'stranger') await removeStaleFile(gone);
  return launchServer(site);
}

async function gaveUp({ folder: { cluster, logFile } }: Site): Promise<EmbeddedDatabaseError> {
  const reason = fatalLines(await readLogEnd(logFile)).at(-1) ?? 'nothing';
  return new EmbeddedDatabaseError(
    `The embedded PostgreSQL in ${cluster} cannot be reached; the last it said in ${logFile} is: ${reason}`,
  );
}
