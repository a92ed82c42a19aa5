import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { eraseByHand } from '../../../../../src/audience/data/erase.ts';
import { connect, type Db } from '../../../../../src/db/client.ts';
import { claimBatches } from '../../../../../src/db/queries/sending/claims.ts';
import { untilStatementWaits } from '../../../../support/database/statement-waits.ts';
import { storedIssue } from '../../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { type TestPipeline, tuesday } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

async function claim(pipeline: TestPipeline, db: Db = pipeline.db) {
  const { id } = await storedIssue(pipeline.db);
  return claimBatches(db, id, { leaseMs: 60_000, at: tuesday, atMost: 8 });
}

/**
 * Claims while `happens` commits after the claim has begun to read and before it has locked a batch: what looks at the
 * time meanwhile waits for a lock that we hold.
 */
async function claimWhile(pipeline: TestPipeline, happens: () => Promise<unknown>) {
  const { db, database } = pipeline;
  await db.execute(sql`update batches set not_before = clock_timestamp()`);
  await db.execute(sql`create schema slow`);
  await db.execute(sql`
    create function slow.clock_timestamp() returns timestamptz language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(1); return pg_catalog.clock_timestamp(); end $$`);
  const slow = connect(database.url, { max: 1, onError: () => {} });
  await slow.db.execute(sql`set search_path = public, slow, pg_catalog`);
  try {
    const claiming = await db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(1)`);
      const claiming = claim(pipeline, slow.db);
      await untilStatementWaits(db);
      await happens();
      return { claiming };
    });
    return await claiming.claiming;
  } finally {
    await slow.close();
    await db.execute(sql`drop schema slow cascade`);
  }
}

const people = (claims: Awaited<ReturnType<typeof claim>>) =>
  claims.map(({ no, recipients }) => [no, recipients.length]);

it('a claim that is overtaken by an erasure leaves the batch to the next claim, which counts that reader once', async () => {
  const pipeline = await shared.frozen(203);
  await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed' where id = 2`);
  const overtaken = await claimWhile(pipeline, () => eraseByHand(pipeline, 'reader-1@readers.example'));
  expect(people(overtaken)).toEqual([
    [2, 100],
    [3, 3],
  ]);
  expect(people(await claim(pipeline))).toEqual([[1, 98]]);
  const { rows } = await pipeline.db.execute(sql`select no, skipped from batches order by no`);
  expect(rows).toEqual([
    { no: 1, skipped: 2 },
    { no: 2, skipped: 0 },
    { no: 3, skipped: 0 },
  ]);
});

it('a claim that is overtaken by another claims nothing, and skips nobody a second time', async () => {
  const pipeline = await shared.frozen(203);
  await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed' where id in (1, 203)`);
  const first: Awaited<ReturnType<typeof claim>>[] = [];
  const overtaken = await claimWhile(pipeline, async () => {
    first.push(await claim(pipeline));
    // The first worker is told to wait and puts them back, so that they are due again.
    await pipeline.db.execute(sql`
      update batches set status = 'pending', token = null, lease_until = null, first_attempt_at = null, attempts = 0`);
  });
  const claims = [
    [1, 99],
    [2, 100],
    [3, 2],
  ];
  expect([...first.map(people), people(overtaken), people(await claim(pipeline))]).toEqual([
    claims,
    [],
    claims,
  ]);
  const { rows } = await pipeline.db.execute(sql`select skipped from batches order by no`);
  expect(rows).toEqual([{ skipped: 1 }, { skipped: 0 }, { skipped: 1 }]);
});
