import { spawn } from 'node:child_process';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import type { Binaries } from './binaries.ts';
import { type Account, type DataFolder, EmbeddedDatabaseError } from './data-folder.ts';
import { folderSetting } from './postmaster.ts';
import {
  cannotRun,
  endsWithin,
  fatalLines,
  pathForProgram,
  processExists,
  type RunOptions,
  run,
  spawnOptions,
} from './processes.ts';

/** How the server of one data folder is run; fixed while the folder is open. */
export interface ServerConfig {
  folder: DataFolder;
  /** The account that runs the server; undefined for our own. */
  account: Account | undefined;
  binaries: Binaries;
  password: string;
  unsafeFast: boolean;
  /** Proposes a port of 127.0.0.1; asked again if that one is taken. */
  port: () => Promise<number>;
}

/** A server process that we started, and that may yet lose the race for the cluster. */
export interface Launch {
  /** @throws EmbeddedDatabaseError when it ended for a reason that another try would not fix */
  hasEnded(): Promise<boolean>;
  /** Tells it to end, and does not wait for it. */
  stop(): void;
}

/** Another server got the cluster or the port first, or some processes of a killed one still exist. */
const worthRetrying = /lock file "postmaster\.pid"|shared memory block|could not create any TCP\/IP sockets/;

/**
 * Starts the server in a session of its own, so that it survives Ctrl-C and our death, and returns at once.
 * PostgreSQL itself decides who gets the cluster (by its postmaster.pid); a second server just ends.
 */
export async function launchServer(config: ServerConfig, port: number): Promise<Launch> {
  const { folder, account, unsafeFast } = config;
  const { postgres } = config.binaries;
  const options: RunOptions = { folder: folder.cluster, account };
  const settings = serverSettings(folder.cluster, port, unsafeFast);
  const log = await openLog(folder.logFile);
  const { size: logBytesBefore } = await log.stat();
  const child = spawn(postgres, ['-D', pathForProgram(options), ...settings], {
    ...spawnOptions(options),
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
      // Stopped or killed before we could join it: other processes had joined it and left.
      if (!end.code) return true;
      const output = await readLogEnd(folder.logFile, logBytesBefore);
      // All servers write to one log, but each line bears the process id.
      const ours = output.split('\n').filter((line) => line.includes(`[${child.pid}]`));
      if (ours.some((line) => worthRetrying.test(line))) return true;
      const reason = fatalLines(output).at(-1) ?? 'no reason given';
      throw new EmbeddedDatabaseError(
        `The embedded PostgreSQL in ${folder.cluster} does not start (${reason}): see ${folder.logFile}.`,
      );
    },
    stop: () => void child.kill('SIGINT'),
  };
}

/**
 * Passed at every start, so that they also hold for clusters that an older release created. Sized for a laptop,
 * yet large enough to load a million rows between two checkpoints.
 */
export function serverSettings(cluster: string, port: number, unsafeFast: boolean): string[] {
  const settings: Record<string, string | number> = {
    // Reachable from this machine only, and only with the password.
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    // There are no replicas to write more for.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // Failing statements, and the rows in their messages, contain readers' addresses: keep them out of the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    // The process id tells servers apart that race for one cluster (see hasEnded).
    log_line_prefix: '%m [%p] ',
    [folderSetting]: cluster,
  };
  // In the cluster folder: /dev/shm is 64 MB in containers, and is emptied when a desktop user logs out.
  if (process.platform !== 'win32') settings.dynamic_shared_memory_type = 'mmap';
  if (unsafeFast)
    Object.assign(settings, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A stop writes everything since the last checkpoint to disk, which takes a while on a slow one. */
const stopLimitMs = 60_000;

/** PostgreSQL's fast shutdown: disconnects everyone, writes a checkpoint and ends. Returns when it has ended. */
export async function stopServer(pid: number, { folder, binaries }: ServerConfig): Promise<void> {
  if (!processExists(pid)) return;
  if (process.platform === 'win32') {
    await run(binaries.pgCtl, ['kill', 'INT', String(pid)], { folder: folder.path, account: undefined });
  } else {
    process.kill(pid, 'SIGINT');
  }
  if (await endsWithin(pid, stopLimitMs)) return;
  throw new EmbeddedDatabaseError(
    `The embedded PostgreSQL (process ${pid}) is still stopping after ${stopLimitMs / 1000} s: see ${folder.logFile}.`,
  );
}

/** A larger log is renamed at the next start, replacing the one renamed before. */
const maxLogBytes = 10 * 1024 * 1024;
/** How much of the end of the log is searched for the reason of a failure. */
const tailBytes = 64 * 1024;

async function openLog(logFile: string): Promise<FileHandle> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size > maxLogBytes) await rename(logFile, `${logFile}.1`).catch(() => {});
  return open(logFile, 'a', 0o600);
}

/** The end of the log, from `fromBytes` at the earliest. */
export async function readLogEnd(logFile: string, fromBytes = 0): Promise<string> {
  const log = await open(logFile, 'r').catch(() => undefined);
  if (!log) return '';
  try {
    const { size } = await log.stat();
    const start = Math.max(fromBytes, size - tailBytes);
    const { buffer, bytesRead } = await log.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await log.close();
  }
}
