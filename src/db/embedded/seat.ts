import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { roleName } from './cluster.ts';
import { processExists } from './processes.ts';

/** Whose server it is, where it listens, and how to get in. */
export interface ServerAddress {
  pid: number;
  port: number;
  password: string;
}

/** Nobody else uses advisory locks in the maintenance database, so any number will do. */
const seatLock = 1;
/** A server that lost one of its processes throws everybody out and is back in a moment; after that we give up. */
const regainLimitMs = 30_000;

/**
 * Our share in a running server: a connection that holds a shared advisory lock as long as we need the server.
 *
 * PostgreSQL drops it when we die, however we die, so the shared locks count exactly those who are alive.
 * Whoever leaves and gets the exclusive lock was the last one. Holding it keeps newcomers waiting until the
 * server has thrown them out, and they start anew; none of them is left with a server that goes away later.
 */
export class Seat {
  readonly #address: ServerAddress;
  #client: Client;
  #isLeaving = false;
  #regaining = Promise.resolve();

  private constructor(address: ServerAddress, client: Client) {
    this.#address = address;
    this.#client = client;
    this.#watch();
  }

  /** @throws whatever `pg` throws when the server cannot be reached, does not know us, or is going down */
  static async take(address: ServerAddress): Promise<Seat> {
    return new Seat(address, await connectAndLock(address));
  }

  /**
   * Gives the seat up. When it was the last, calls `stopServer` while newcomers still wait at the lock.
   * A server that is gone already, or that left us behind, is no failure.
   */
  async leave(stopServer: () => Promise<void>): Promise<void> {
    await this.#regaining;
    this.#isLeaving = true;
    try {
      if (await isLastOne(this.#client)) await stopServer();
    } finally {
      await this.#client.end().catch(() => {});
    }
  }

  /** Without the lock the others would stop the server under us, so a lost connection is made again. */
  #watch(): void {
    this.#client.once('end', () => {
      if (!this.#isLeaving) this.#regaining = this.#regain();
    });
  }

  async #regain(): Promise<void> {
    const deadlineMs = performance.now() + regainLimitMs;
    while (processExists(this.#address.pid) && performance.now() < deadlineMs) {
      try {
        this.#client = await connectAndLock(this.#address);
        this.#watch();
        return;
      } catch {
        await delay(20);
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
    // Not the app's database, which can then be dropped and made anew while the app runs.
    database: 'postgres',
    ssl: false,
    application_name: 'seat',
    connectionTimeoutMillis: 5_000,
    options: '-c lock_timeout=5s -c idle_session_timeout=0',
  });
  client.on('error', () => {}); // The 'end' that follows is what counts.
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [seatLock]);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

async function isLastOne(client: Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [seatLock]);
    const { rows } = await client.query('select pg_try_advisory_lock($1) as "isLast"', [seatLock]);
    return rows[0].isLast;
  } catch {
    return false;
  }
}
