import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { connect } from '../../../src/db/client.ts';
import { lockIssue } from '../../../src/db/queries/issue/issues.ts';
import { testDatabase } from '../../support/database/test-database.ts';

it('a connection that breaks as a transaction begins is replaced, and nothing waits for it', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  const cable = await cableThatBreaksAt('begin', new URL(database.url));
  stack.defer(() => cable.close());

  const { db, close } = connect(cable.url, { max: 1 });
  await db.execute(sql`select 1`);
  await expect(db.transaction((tx) => tx.execute(sql`select 2`))).rejects.toThrow();
  cable.fix();
  const { rows } = await db.transaction((tx) => tx.execute(sql`select 3 as n`));
  expect(rows).toEqual([{ n: 3 }]);
  await close();
});

it('the error of the work is the one that is seen, though the connection broke with it', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  const cable = await cableThatBreaksAt('rollback', new URL(database.url));
  stack.defer(() => cable.close());
  const { db, close } = connect(cable.url);
  const failing = db.transaction(async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow(/^no$/);
  await close();
});

it('a process that falls asleep over the lock of an issue gives it back', async () => {
  await using stack = new AsyncDisposableStack();
  const database = await testDatabase();
  stack.defer(() => database.close());
  await database.db.transaction(async (tx) => {
    await lockIssue(tx, '2026-W48');
    const { rows } = await tx.execute(sql`show idle_in_transaction_session_timeout`);
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '30s' }]);
  });
});

it('what a failing transaction did is undone, and its error is the one that is seen', async () => {
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

/** A way to PostgreSQL that is cut when it is to carry `word`, until fixed. */
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
