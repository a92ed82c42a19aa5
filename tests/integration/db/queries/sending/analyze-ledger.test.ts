import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { Db } from '../../../../../src/db/client.ts';
import { analyzeLedger } from '../../../../../src/db/queries/sending/freeze.ts';
import { freezeIssue } from '../../../../../src/pipeline/send/freeze-issue.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { must, week } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

/** How many rows PostgreSQL expects. */
async function expectedRows(db: Db): Promise<unknown> {
  const { rows } = await db.execute(sql`
    select relname as table, reltuples::int as rows from pg_class
    where oid in ('deliveries'::regclass, 'batches'::regclass) order by relname`);
  return Object.fromEntries(rows.map(({ table, rows }) => [table, rows]));
}

it('the planner knows an issue once it is frozen', async () => {
  const pipeline = await shared.approved(250);
  must(await freezeIssue(pipeline, week, 'Ada'));
  expect(await expectedRows(pipeline.db)).toEqual({ batches: 3, deliveries: 250 });
});

it('a role that does not own the tables leaves the statistics as they are', async () => {
  const { db } = await shared.frozen(250);
  await db.execute(sql`delete from deliveries where batch_no = 3`);
  const before = await expectedRows(db);
  await db.execute(sql`create role sender`);
  try {
    await db.transaction(async (tx) => {
      await tx.execute(sql`set local role sender`);
      await analyzeLedger(tx);
    });
    expect(await expectedRows(db)).toEqual(before);
  } finally {
    await db.execute(sql`drop role sender`);
  }
});

it('a table that is being vacuumed is not waited for', async () => {
  const { db } = await shared.frozen(250);
  await db.execute(sql`delete from deliveries where batch_no = 3`);
  await db.execute(sql`delete from batches where no = 3`);
  await db.transaction(async (vacuum) => {
    await vacuum.execute(sql`lock table deliveries in share update exclusive mode`);
    await analyzeLedger(db);
  });
  expect(await expectedRows(db)).toEqual({ batches: 2, deliveries: 250 });
});
