import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A connection to PostgreSQL through a proxy. */
export interface Cable {
  /** The database as it is reached through the cable. */
  readonly url: string;
  /** Ends all connections, and every new one at once: as when the server has stopped. */
  cut(): void;
  /** Carries nothing more and says nothing, also of new connections: as when the server's machine has gone. */
  freeze(): void;
  /** Carries again. What was open before a freeze stays dead. */
  restore(): void;
  close(): Promise<void>;
}

export async function cableTo(databaseUrl: string): Promise<Cable> {
  const target = new URL(databaseUrl);
  const open = new Map<Socket, Socket>();
  const dead = new Set<Socket>();
  let state: 'whole' | 'cut' | 'frozen' = 'whole';
  const server = createServer((near) => {
    near.on('error', () => {});
    if (state === 'cut') near.resetAndDestroy();
    if (state === 'frozen') dead.add(near);
    if (state !== 'whole') return;
    const far = connect(Number(target.port), target.hostname);
    open.set(near, far);
    near.pipe(far);
    far.pipe(near);
    far.on('error', () => {});
    near.on('close', () => {
      open.delete(near);
      far.destroy();
    });
    far.on('close', () => {
      if (!dead.has(near)) near.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => {
      state = 'cut';
      for (const near of [...open.keys(), ...dead]) near.resetAndDestroy();
      dead.clear();
    },
    freeze: () => {
      state = 'frozen';
      for (const [near, far] of open) {
        dead.add(near);
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
      open.clear();
    },
    restore: () => {
      state = 'whole';
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const near of [...open.keys(), ...dead]) near.destroy();
      await closed;
    },
  };
}
