import { Client } from 'pg';
import { roleName } from './cluster.ts';

/** A running server, and how to log in to it. */
export interface ServerAddress {
  port: number;
  password: string;
}

/** No other program takes advisory locks in the maintenance database, so any number will do. */
const presenceLock = 1;

/**
 * Marks this process as a user of the server: a connection that holds a shared advisory lock.
 *
 * PostgreSQL drops the lock when we die, however we die, so the shared locks count exactly the processes that are
 * alive. A process that leaves and gets the exclusive lock was the last one. While it holds that lock, newcomers
 * wait; the stopping server disconnects them and they start over. None of them is left with a server that stops.
 */
export class Presence {
  /** Resolves when the connection has ended: the server stopped, crashed or was killed, or we have left. */
  readonly ended: Promise<void>;
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
    this.ended = new Promise((resolve) => client.once('end', () => resolve()));
  }

  /** @throws what `pg` throws when the server cannot be reached, rejects the password, or is shutting down */
  static async enter(address: ServerAddress): Promise<Presence> {
    return new Presence(await connectAndLock(address));
  }

  /**
   * Gives up the lock. If nobody else holds it, calls `stopServer` while newcomers still wait for it.
   * It is no error if the server has gone already.
   */
  async leave(stopServer: () => Promise<void>): Promise<void> {
    try {
      if (await isLastOne(this.#client)) await stopServer();
    } finally {
      await this.#client.end().catch(() => {});
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
