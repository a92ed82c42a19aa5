import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { isDatabaseAway } from '../../../src/db/away.ts';
import { connect, type Patience } from '../../../src/db/client.ts';
import { type Cable, cableTo } from '../../support/database/cable.ts';
import { query, type TestDatabase, testDatabase } from '../../support/database/test-database.ts';

const patience: Patience = { connectMs: 2_000, statementMs: 2_000 };

/** Connections to a database of its own, over a cable. */
async function connected(): Promise<TestDatabase & { readonly cable: Cable }> {
  const database = await testDatabase();
  const cable = await cableTo(database.url);
  const handle = connect(cable.url, { max: 2, patience, onError: () => {} });
  onTestFinished(async () => {
    await handle.close();
    await cable.close();
    await database.close();
  });
  return { ...database, ...handle, cable };
}

const reasonOf = (failing: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(failing).then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

it('knows a database that has stopped, and uses it again when it is back', async () => {
  const { db, cable } = await connected();
  await db.execute(sql`select 1`);
  cable.cut();
  expect(isDatabaseAway(await reasonOf(db.execute(sql`select 1`)))).toBe(true);
  expect(isDatabaseAway(await reasonOf(db.transaction((tx) => tx.execute(sql`select 1`))))).toBe(true);
  cable.restore();
  expect((await db.execute(sql`select 2 as n`)).rows).toEqual([{ n: 2 }]);
});

it('gives up a statement on a connection that is open at one end only, and uses others when it can', async () => {
  const { db, cable } = await connected();
  await db.execute(sql`select 1`);
  cable.freeze();
  expect(isDatabaseAway(await reasonOf(db.execute(sql`select 1`)))).toBe(true);
  expect(isDatabaseAway(await reasonOf(db.execute(sql`select 1`)))).toBe(true);
  cable.restore();
  expect((await db.execute(sql`select 2 as n`)).rows).toEqual([{ n: 2 }]);
});

it('gives up a transaction in the middle after one statement’s time, without waiting for its rollback', async () => {
  const { db, cable } = await connected();
  let frozenAt = 0;
  const failing = db.transaction(async (tx) => {
    await tx.execute(sql`select 1`);
    cable.freeze();
    frozenAt = performance.now();
    await tx.execute(sql`select 2`);
  });
  expect(isDatabaseAway(await reasonOf(failing))).toBe(true);
  expect(performance.now() - frozenAt).toBeLessThan(2 * patience.statementMs);
});

it('has the server end a statement that nobody waits for any more', async () => {
  const { db, pool, url } = await connected();
  const locker = await pool.connect();
  await locker.query('begin');
  await locker.query('lock table suppressions');
  expect(isDatabaseAway(await reasonOf(db.execute(sql`select from suppressions`)))).toBe(true);
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(() => query(url, waiting)).toEqual([]);
  await locker.query('rollback');
  locker.release();
});

it('does not take a statement that is wrong for a database that is away', async () => {
  const database = await testDatabase();
  onTestFinished(database.close);
  expect(isDatabaseAway(await reasonOf(database.db.execute(sql`select 1 / 0`)))).toBe(false);
  expect(isDatabaseAway(await reasonOf(database.db.execute(sql`select from nothing`)))).toBe(false);
});

it('takes a server that is read-only, as a standby is, for one that is away', async () => {
  const { db } = await connected();
  const refused = db.transaction(
    (tx) => tx.execute(sql`insert into suppressions (email, reason) values ('a@b.dev', 'manual')`),
    { accessMode: 'read only' },
  );
  expect(isDatabaseAway(await reasonOf(refused))).toBe(true);
});
