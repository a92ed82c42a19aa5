import { EmbeddedDatabaseError } from './data-folder.ts';
import type { ServerConfig } from './server-process.ts';
import { type Joined, type Patience, startOrJoin } from './start-or-join.ts';

export interface EmbeddedPostgres {
  /** Never changes: a server that is started again listens on the same port. */
  readonly url: string;
  /** Leaves the server, and stops it if no other process uses it. Calling it again does nothing. */
  close(): Promise<void>;
}

export interface KeepOptions {
  readonly patience: Patience;
  /** Called once, when the server is gone and cannot be started again. */
  readonly onLost: (error: unknown) => void;
}

/**
 * Starts or joins the server, and does so again each time that it is lost, until it is closed. Any number of processes
 * may notice at once that it was killed: they race for the start as they do for the first one.
 */
export async function keepOpen(
  config: ServerConfig,
  { patience, onLost }: KeepOptions,
): Promise<EmbeddedPostgres> {
  let server = await startOrJoin(config, { patience });
  const { url, port } = server;
  const closing = new AbortController();
  const keep = async () => {
    for (;;) {
      await server.lost;
      if (closing.signal.aborted) return;
      server = await startOrJoin(config, { patience, again: port, signal: closing.signal });
      if (closing.signal.aborted) return server.leave();
      if (server.url !== url) throw await movedAway(server, config);
    }
  };
  const kept = keep().catch((error: unknown) => {
    if (!closing.signal.aborted) onLost(error);
  });
  let closed: Promise<void> | undefined;
  return {
    url,
    close() {
      closed ??= (async () => {
        closing.abort();
        await server.leave();
        await kept;
      })();
      return closed;
    },
  };
}

/** A process that began after the server was lost could not have its port. */
async function movedAway(server: Joined, { folder }: ServerConfig): Promise<EmbeddedDatabaseError> {
  await server.leave();
  return new EmbeddedDatabaseError(
    `The embedded PostgreSQL in ${folder.cluster} was lost, and another process started it on another port: start again.`,
  );
}
