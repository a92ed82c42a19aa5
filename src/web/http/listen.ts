import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

export interface HttpServer {
  readonly url: string;
  /** Also ends open connections. Calling it again does nothing. */
  close(): Promise<void>;
}

/** Why the server cannot listen, in words for the operator. */
export class ListenError extends Error {}

const portFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use',
  EACCES: 'is not allowed for this user',
};

const hostFaults: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is a name that does not exist',
  EAI_AGAIN: 'is a name that cannot be looked up at the moment',
};

/**
 * Serves an app.
 *
 * @param options.port 0 for any free one
 * @param options.fix what to do when the port cannot be used
 * @throws ListenError when the port is in use or not allowed, or the host is not of this machine
 */
export async function listen(
  app: { readonly fetch: Parameters<typeof createAdaptorServer>[0]['fetch'] },
  options: { readonly port: number; readonly host: string; readonly fix: string },
): Promise<HttpServer> {
  const { port, host, fix } = options;
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const portFault = portFaults[code];
    if (portFault !== undefined) throw new ListenError(`port ${port} ${portFault}; ${fix}`, { cause: error });
    const hostFault = hostFaults[code];
    if (hostFault === undefined) throw error;
    throw new ListenError(`HOST ${host} ${hostFault}; set it to 127.0.0.1, or 0.0.0.0 for every address`, {
      cause: error,
    });
  }
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
