/** Names the cluster folder in the server's arguments, where other processes can read whose server it is. */
export const folderMark = 'verdicts.folder';

/**
 * The server's settings, given at each start, so that they also hold for clusters made by an older release.
 * Sized for a laptop, yet with room for a load of a million rows between two checkpoints.
 */
export function serverSettings(cluster: string, port: number, unsafeFast: boolean): string[] {
  const settings: Record<string, string | number> = {
    // Never answers beyond this machine, and here only to the password.
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    // No replicas, so no log written for them.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // Failing statements and the rows they choke on hold addresses of readers: these stay out of the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    // The process id tells apart the servers that race for one cluster (see launch.ts).
    log_line_prefix: '%m [%p] ',
    [folderMark]: cluster,
  };
  // In the cluster folder: /dev/shm is 64 MB in containers, and is emptied when a user logs out of a desktop.
  if (process.platform !== 'win32') settings.dynamic_shared_memory_type = 'mmap';
  if (unsafeFast)
    Object.assign(settings, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
