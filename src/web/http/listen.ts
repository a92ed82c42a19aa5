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
export class PortError extends Error {}

const portFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use',
  EACCES: 'is not allowed for this user',
  EADDRNOTAVAIL: 'is on an address that this machine does not have',
};

/**
 * Serves an app.
 *
 * @param options.port 0 for any free one
 * @param options.fix what to do when the port cannot be used
 * @throws PortError when the port is in use or not allowed
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
    const fault = portFaults[(error as NodeJS.ErrnoException).code ?? ''];
    if (fault === undefined) throw error;
    throw new PortError(`port ${port} ${fault}; ${fix}`, { cause: error });
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
