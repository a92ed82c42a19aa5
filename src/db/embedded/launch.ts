import { spawn } from 'node:child_process';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { cannotRun, fatalLines, ownName, spawnOptions, type Workplace } from './program.ts';
import { openLog, readLogEnd } from './server-log.ts';
import { serverSettings } from './settings.ts';
import type { Site } from './site.ts';

/** A server process that we started and that may yet turn out to have lost the race for the cluster. */
export interface Launch {
  /** @throws EmbeddedDatabaseError when it ended for a reason that another try would not fix */
  hasEnded(): Promise<boolean>;
}

/** Another server got the cluster or the port first, or the processes of a killed one are not quite gone. */
const worthAnotherTry =
  /lock file "postmaster\.pid"|shared memory block|could not create any TCP\/IP sockets/;

/**
 * Starts the server in a session of its own, so that neither Ctrl-C nor our death reaches it, and returns at
 * once. Who gets the cluster is PostgreSQL's own decision (its postmaster.pid); a second server just ends.
 */
export async function launchServer({ folder, account, binaries, unsafeFast, port }: Site): Promise<Launch> {
  const { postgres } = binaries;
  const place: Workplace = { folder: folder.cluster, account };
  const args = ['-D', ownName(place), ...serverSettings(folder.cluster, await port(), unsafeFast)];
  const log = await openLog(folder.logFile);
  const { size: logBytesBefore } = await log.stat();
  const child = spawn(postgres, args, {
    ...spawnOptions(place),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let end: { code: number | null } | undefined;
  let failure: Error | undefined;
  child.on('exit', (code) => {
    end = { code };
  });
  child.on('error', (error) => {
    failure = cannotRun(postgres, error);
  });
  child.unref();
  await log.close();
  return {
    async hasEnded() {
      if (failure) throw failure;
      if (!end) return false;
      // Stopped or killed before we got to it: others joined it meanwhile, and left.
      if (!end.code) return true;
      const said = await readLogEnd(folder.logFile, logBytesBefore);
      // All servers write to one log, but each line bears the process id.
      const ours = said.split('\n').filter((line) => line.includes(`[${child.pid}]`));
      if (ours.some((line) => worthAnotherTry.test(line))) return true;
      const reason = fatalLines(said).at(-1) ?? 'no reason given';
      throw new EmbeddedDatabaseError(
        `The embedded PostgreSQL in ${folder.cluster} does not start (${reason}): see ${folder.logFile}.`,
      );
    },
  };
}
