import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A line to a local port that takes up no more than so many megabits a second, over all connections together; answers
 * come back as fast as they can. Returns its port.
 */
export async function throttledLine(port: number, megabits: number): Promise<number> {
  const bytesPerMs = (megabits * 1e6) / 8 / 1_000;
  let freeAt = 0;
  const passes = async (bytes: number) => {
    const now = performance.now();
    freeAt = Math.max(freeAt, now) + bytes / bytesPerMs;
    await sleep(freeAt - now);
  };
  const server = createServer({ highWaterMark: 16 * 1_024 }, (from) => {
    const to = connect(port, '127.0.0.1');
    const end = () => {
      from.destroy();
      to.destroy();
    };
    for (const socket of [from, to]) socket.on('error', end).on('close', end);
    to.pipe(from);
    void upload(from, to, passes).catch(end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function upload(from: Socket, to: Socket, passes: (bytes: number) => Promise<void>): Promise<void> {
  for await (const part of from) {
    await passes((part as Buffer).length);
    to.write(part as Buffer);
  }
  to.end();
}
