import { type Query, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Db, Tx } from '../../src/db/client.ts';
import { readStalledIssues } from '../../src/db/queries/issue/alarms.ts';
import { claimBatches, expireUnanswered, nextClaimInMs } from '../../src/db/queries/sending/claims.ts';
import { countUnfinished, ledgerTotals, readWaitingBatches } from '../../src/db/queries/sending/ledger.ts';
import { readUnresolved, settleFromMailEvents } from '../../src/db/queries/sending/reconcile.ts';
import { recordBodies, settleSubmitted } from '../../src/db/queries/sending/settlements.ts';
import { stalledAfterMs } from '../../src/domain/sending/alarm.ts';
import { now, openBench } from '../support/context.ts';
import { prepareIssue } from '../support/prepare-issue.ts';

/** A statement's query plan. */
export interface Plan {
  readonly step: string;
  readonly plan: string;
  /** Tables that it scans from end to end. */
  readonly scanned: readonly string[];
}

type Step = readonly [name: string, run: (tx: Tx) => Promise<unknown>];

/** Explains the statements of sending, finishing and reporting, for an issue of which half is sent. */
export async function explainDelivery(recipients: number, say: (line: string) => void): Promise<Plan[]> {
  const bench = await openBench();
  const { ctx } = bench;
  try {
    say(`${recipients} deliveries frozen in ${(await prepareIssue(ctx, recipients)).toFixed(1)} s`);
    await ctx.db.execute(sql`
      update batches set status = 'submitted', submitted_at = clock_timestamp(), first_attempt_at = clock_timestamp()
      where no % 2 = 0`);
    await addHistory(ctx.db, recipients);
    await ctx.db.execute(sql`vacuum analyze`);
    const plans: Plan[] = [];
    for (const [step, run] of steps(1)) {
      for (const plan of await explained(ctx.db, run)) {
        const scanned = [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table = '']) => table);
        plans.push({ step, plan, scanned });
      }
    }
    return plans;
  } finally {
    await bench.close();
  }
}

/** A year of earlier issues with their outcomes: PostgreSQL uses no index if one issue is all there is. */
async function addHistory(db: Db, recipients: number): Promise<void> {
  await db.execute(sql`create temp table earlier as select * from issues`);
  await db.execute(sql`
    insert into issues overriding system value
    select (jsonb_populate_record(e, jsonb_build_object('id', 1000 + n, 'week', '2025-W' || lpad(n::text, 2, '0'),
      'status', 'sent', 'uid', gen_random_uuid()))).* from earlier e, generate_series(1, 52) n`);
  await db.execute(sql`
    insert into batches (issue_id, no, count, status, submitted_at)
    select 1000 + n, no, 100, 'submitted', now() from generate_series(1, 52) n, generate_series(1, ${recipients / 100}::int) no`);
  await db.execute(sql`
    insert into suppressions (email, reason)
    select 'gone-' || n || '@readers.example', 'hard_bounce' from generate_series(1, ${recipients / 50}::int) n`);
  await db.execute(sql`
    insert into mail_events (event_id, type, issue_id, subscriber_id, at)
    select 'past-' || n, 'delivered', 1052, n, now() from generate_series(1, ${recipients / 10}::int) n`);
}

const anyBatches = [1, 2, 3, 4, 5, 6, 7, 8].map((no) => ({
  no,
  token: '00000000-0000-4000-8000-000000000000',
}));

function steps(issueId: number): Step[] {
  return [
    ['claim', (tx) => claimBatches(tx, issueId, { leaseMs: 25_000, at: now, atMost: 8 })],
    [
      'record',
      (tx) =>
        recordBodies(
          tx,
          issueId,
          anyBatches.map((batch) => ({ ...batch, sha256: '' })),
        ),
    ],
    [
      'settle',
      (tx) =>
        settleSubmitted(
          tx,
          issueId,
          anyBatches.map((batch) => ({ ...batch, ids: [], rejected: [] })),
        ),
    ],
    ['time of the next claim', (tx) => nextClaimInMs(tx, issueId)],
    ['expire', (tx) => expireUnanswered(tx, issueId)],
    ['finish', (tx) => countUnfinished(tx, issueId)],
    ['status', (tx) => ledgerTotals(tx, issueId)],
    ['status, waiting batches', (tx) => readWaitingBatches(tx, issueId, 20)],
    ['reconcile, unresolved batches', (tx) => readUnresolved(tx, issueId, 'unanswered')],
    ['reconcile, from mail events', (tx) => settleFromMailEvents(tx, issueId, '')],
    ['alarm', (tx) => readStalledIssues(tx, stalledAfterMs)],
  ];
}

/** Runs a step, explains each of its statements as it was run, and rolls everything back. */
async function explained(db: Db, run: (tx: Tx) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  await db
    .transaction(async (tx) => {
      const { session } = tx._;
      const runQuery = (query: Query) => session.prepareQuery(query, undefined, undefined, false).execute();
      const prepareQuery = (query: Query) => ({
        execute: async () => {
          await tx.execute(sql`savepoint before_explain`);
          const explain = `explain (analyze, costs off, timing off, summary off, buffers off) ${query.sql}`;
          const { rows } = (await runQuery({ ...query, sql: explain })) as { rows: Record<string, string>[] };
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
          await tx.execute(sql`rollback to savepoint before_explain`);
          return runQuery(query);
        },
      });
      const observed = Object.create(tx, {
        execute: { value: (statement: SQL) => prepareQuery(dialect.sqlToQuery(statement)).execute() },
        _: { value: { ...tx._, session: { prepareQuery } } },
      }) as Tx;
      await run(observed);
      throw new Rollback();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Rollback)) throw error;
    });
  return plans;
}

const dialect = new PgDialect();

class Rollback extends Error {}
