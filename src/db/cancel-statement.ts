import { connect } from 'node:net';
import type pg from 'pg';

const giveUpMs = 5_000;

/** Where the client is connected to, and what the server told it to cancel by; not in the types of pg. */
interface Cancellable {
  readonly host: string;
  readonly port: number;
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/**
 * Asks the server to end what a client has given up waiting for, over a connection of its own as the protocol has it;
 * poolers pass it on. Nobody waits for it: a server that cannot be reached has nothing to cancel.
 */
export function cancelStatement(client: pg.ClientBase): void {
  const { host, port, processID, secretKey } = client as unknown as Cancellable;
  if (processID === null || secretKey === null) return;
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  socket.unref();
  socket.setTimeout(giveUpMs, () => socket.destroy());
  socket.on('error', () => {});
  socket.once('connect', () => socket.end(request));
}
