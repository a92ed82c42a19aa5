import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Db, Tx } from '../../../../../src/db/client.ts';
import { claimBatches } from '../../../../../src/db/queries/sending/claims.ts';
import { recordBodies, settleSubmitted } from '../../../../../src/db/queries/sending/settlements.ts';
import { freezeIssue } from '../../../../../src/pipeline/send/freeze-issue.ts';
import { addSentIssues } from '../../../../support/database/sent-issues.ts';
import { storedIssue } from '../../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday, week } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const readers = 2_000;

/** Twenty issues that were sent in batches of 100, and another that is approved. */
async function approvedAfterTwenty(): Promise<TestPipeline> {
  const pipeline = await shared.approved(readers);
  await addSentIssues(pipeline.db, 20);
  await pipeline.db.execute(sql`
    update deliveries set batch_no = (position - 1) / 100 + 1, position = (position - 1) % 100 + 1`);
  await pipeline.db.execute(sql`update batches set count = 100`);
  await pipeline.db.execute(sql`
    insert into batches (issue_id, no, count, status, submitted_at)
    select issue_id, n, 100, 'submitted', submitted_at from batches, generate_series(2, ${readers / 100}::int) n`);
  // A table of a few pages is read as a whole, whatever the statement.
  await pipeline.db.execute(sql`
    update batches set provider_ids = (select jsonb_agg(gen_random_uuid()) from generate_series(1, 40))`);
  return pipeline;
}

async function freeze(pipeline: TestPipeline): Promise<void> {
  must(await freezeIssue(pipeline, week, 'Ada'));
}

/** While something else vacuums the tables, so that the freeze leaves their statistics as they are. */
async function freezeUnanalyzed(pipeline: TestPipeline): Promise<void> {
  await pipeline.db.transaction(async (vacuum) => {
    await vacuum.execute(sql`lock table deliveries, batches in share update exclusive mode`);
    await freeze(pipeline);
  });
}

/** As if no table had ever been analyzed. */
async function forgetStatistics(db: Db): Promise<void> {
  await db.execute(
    sql`delete from pg_statistic where starelid = any(array['deliveries', 'batches']::regclass[])`,
  );
  await db.execute(sql`
    update pg_class set reltuples = -1, relpages = 0 where oid = any(array['deliveries', 'batches']::regclass[])`);
}

/** Rows that `work` reads of deliveries and of batches. */
async function rowsRead<T>(
  tx: Tx,
  work: () => Promise<T>,
): Promise<{ result: T; deliveries: number; batches: number }> {
  const readSoFar = async () => {
    const { rows } = await tx.execute<{ deliveries: number; batches: number }>(sql`
      select coalesce(sum(n) filter (where relname = 'deliveries'), 0)::int as deliveries,
        coalesce(sum(n) filter (where relname = 'batches'), 0)::int as batches
      from (select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) as n from pg_stat_xact_user_tables) read`);
    return rows[0] ?? { deliveries: Number.NaN, batches: Number.NaN };
  };
  const before = await readSoFar();
  const result = await work();
  const after = await readSoFar();
  return {
    result,
    deliveries: after.deliveries - before.deliveries,
    batches: after.batches - before.batches,
  };
}

describe.each([
  [
    'of the weeks before',
    async (pipeline: TestPipeline) => {
      await pipeline.db.execute(sql`analyze`);
      await freezeUnanalyzed(pipeline);
    },
  ],
  ['of this week', freeze],
  [
    'that know nothing',
    async (pipeline: TestPipeline) => {
      await freezeUnanalyzed(pipeline);
      await forgetStatistics(pipeline.db);
    },
  ],
])('with statistics %s', (_, prepare) => {
  it('a batch is claimed and settled without reading others', async () => {
    const pipeline = await approvedAfterTwenty();
    await prepare(pipeline);
    const { id } = await storedIssue(pipeline.db);
    await pipeline.db.transaction(async (tx) => {
      const claimed = await rowsRead(tx, () =>
        claimBatches(tx, id, { leaseMs: 60_000, at: tuesday, atMost: 4 }),
      );
      const claims = claimed.result;
      expect(claims.map(({ recipients }) => recipients.length)).toEqual([100, 100, 100, 100]);
      const recorded = await rowsRead(tx, () =>
        recordBodies(
          tx,
          id,
          claims.map((claim) => ({ ...claim, sha256: 'of the body' })),
        ),
      );
      const settled = await rowsRead(tx, () =>
        settleSubmitted(
          tx,
          id,
          claims.map((claim) => ({ ...claim, ids: [], rejected: [] })),
        ),
      );
      expect([recorded.result.size, settled.result.size]).toEqual([4, 4]);
      expect([claimed.deliveries, recorded.deliveries, settled.deliveries]).toEqual([400, 0, 0]);
      expect([claimed.batches, recorded.batches, settled.batches]).toEqual([8, 4, 4]);
    });
  });
});
