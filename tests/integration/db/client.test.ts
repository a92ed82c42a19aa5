import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { sql } from 'drizzle-orm';
import { expect, it, vi } from 'vitest';
import { connect, type Db } from '../../../src/db/client.ts';
import { lockIssue } from '../../../src/db/queries/issue/issues.ts';
import { query, testDatabase } from '../../support/database/test-database.ts';

it('replaces a connection that breaks as a transaction begins', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  const cable = await cableThatBreaksAt('begin', new URL(database.url));
  stack.defer(() => cable.close());

  const { db, close } = connect(cable.url, { max: 1, onError: () => {} });
  await db.execute(sql`select 1`);
  await expect(db.transaction((tx) => tx.execute(sql`select 2`))).rejects.toThrow();
  cable.fix();
  const { rows } = await db.transaction((tx) => tx.execute(sql`select 3 as n`));
  expect(rows).toEqual([{ n: 3 }]);
  await close();
});

it('throws the error of the work, even if the connection breaks as well', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  const cable = await cableThatBreaksAt('rollback', new URL(database.url));
  stack.defer(() => cable.close());
  const { db, close } = connect(cable.url, { onError: () => {} });
  const failing = db.transaction(async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow(/^no$/);
  await close();
});

it('limits how long a suspended process can keep an issue locked', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  await database.db.transaction(async (tx) => {
    await lockIssue(tx, '2026-W48');
    const { rows } = await tx.execute(sql`show idle_in_transaction_session_timeout`);
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '30s' }]);
  });
});

it('rolls back a failing transaction and throws its error', async () => {
  const database = await testDatabase();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.close());
  const failing = database.db.transaction(async (tx) => {
    await tx.execute(sql`insert into suppressions (email, reason) values ('a@readers.dev', 'manual')`);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const { rows } = await database.db.execute(sql`select 1 from suppressions`);
  expect(rows).toEqual([]);
});

it('reports a lost idle connection once, with PostgreSQL’s reason, and replaces it', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  const errors: Error[] = [];
  const { db, close } = connect(database.url, { onError: (error) => errors.push(error) });
  stack.defer(close);
  const pid = await backendPid(db);
  await query(database.url, `select pg_terminate_backend(${pid})`);
  await vi.waitFor(() => expect(errors).not.toEqual([]));
  expect(await backendPid(db)).not.toBe(pid);
  expect(errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining('terminating connection'), code: '57P01' }),
  ]);
  expect(errors[0]).toBeInstanceOf(Error);
});

it('reports why a connection was lost in the middle of a transaction, which the next query does not say', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  const errors: Error[] = [];
  const { db, close } = connect(database.url, { onError: (error) => errors.push(error) });
  stack.defer(close);
  const slow = db.transaction(async (tx) => {
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 50`);
    await vi.waitFor(() => expect(errors).not.toEqual([]));
    await tx.execute(sql`select 1`);
  });
  await expect(slow).rejects.toThrow();
  expect(errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining('idle-in-transaction timeout') }),
  ]);
});

async function backendPid(db: Db): Promise<number> {
  const { rows } = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return rows[0]?.pid ?? 0;
}

/** A connection to PostgreSQL that is cut when it is about to carry `word`, until it is fixed. */
async function cableThatBreaksAt(word: string, target: URL) {
  let broken = true;
  const server = createServer((near) => {
    const far = connectSocket(Number(target.port), target.hostname);
    near.on('data', (bytes) => (broken && bytes.includes(word) ? near.destroy() : far.write(bytes)));
    far.on('data', (bytes) => near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    fix: () => {
      broken = false;
    },
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
