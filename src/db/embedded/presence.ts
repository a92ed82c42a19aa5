import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { roleName } from './cluster.ts';
import { processExists } from './processes.ts';

/** A running server, and how to log in to it. */
export interface ServerAddress {
  pid: number;
  port: number;
  password: string;
}

/** No other program takes advisory locks in the maintenance database, so any number will do. */
const presenceLock = 1;
/** A server that restarts its processes after a crash accepts connections again within moments; after this we give up. */
const reconnectLimitMs = 30_000;

/**
 * Marks this process as a user of the server: a connection that holds a shared advisory lock.
 *
 * PostgreSQL drops the lock when we die, however we die, so the shared locks count exactly the processes that are
 * alive. A process that leaves and gets the exclusive lock was the last one. While it holds that lock, newcomers
 * wait; the stopping server disconnects them and they start over. None of them is left with a server that stops.
 */
export class Presence {
  readonly #address: ServerAddress;
  #client: Client;
  #isLeaving = false;
  #reconnecting = Promise.resolve();

  private constructor(address: ServerAddress, client: Client) {
    this.#address = address;
    this.#client = client;
    this.#watch();
  }

  /** @throws what `pg` throws when the server cannot be reached, rejects the password, or is shutting down */
  static async enter(address: ServerAddress): Promise<Presence> {
    return new Presence(address, await connectAndLock(address));
  }

  /**
   * Gives up the lock. If nobody else holds it, calls `stopServer` while newcomers still wait for it.
   * It is no error if the server has gone already.
   */
  async leave(stopServer: () => Promise<void>): Promise<void> {
    await this.#reconnecting;
    this.#isLeaving = true;
    try {
      if (await isLastOne(this.#client)) await stopServer();
    } finally {
      await this.#client.end().catch(() => {});
    }
  }

  /** Without our lock the others would stop the server while we use it, so a lost connection is replaced. */
  #watch(): void {
    this.#client.once('end', () => {
      if (!this.#isLeaving) this.#reconnecting = this.#reconnect();
    });
  }

  async #reconnect(): Promise<void> {
    const deadlineMs = performance.now() + reconnectLimitMs;
    while (processExists(this.#address.pid) && performance.now() < deadlineMs) {
      try {
        this.#client = await connectAndLock(this.#address);
        this.#watch();
        return;
      } catch {
        await sleep(20);
      }
    }
  }
}

async function connectAndLock({ port, password }: ServerAddress): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: roleName,
    password,
    // Not the app's database, which can then be dropped and recreated while the app runs.
    database: 'postgres',
    ssl: false,
    application_name: 'weekly-verdicts-presence',
    connectionTimeoutMillis: 5_000,
    options: '-c lock_timeout=5s -c idle_session_timeout=0',
  });
  client.on('error', () => {}); // The 'end' event that follows is what matters.
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

async function isLastOne(client: Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [presenceLock]);
    const { rows } = await client.query('select pg_try_advisory_lock($1) as "isLast"', [presenceLock]);
    return rows[0].isLast;
  } catch {
    return false;
  }
}
