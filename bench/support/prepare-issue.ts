import { Option } from 'commander';
import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { approveIssue } from '../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../src/pipeline/compose/compose-issue.ts';
import { importComparisons } from '../../src/pipeline/compose/import-comparisons.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { freezeIssue } from '../../src/pipeline/send/freeze-issue.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import type { Log } from './benchmark.ts';
import { now, week } from './context.ts';
import { addPast } from './past.ts';

/** Of the nth subscriber, from 1. */
export const emailOf = (n: number) => `reader-${n}@readers.example`;
export const tokenOf = (n: number) => `bench-token-${String(n).padStart(10, '0')}`;

/** Adds confirmed subscribers. */
export async function addSubscribers({ db }: PipelineContext, count: number): Promise<void> {
  await db.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
    select 'reader-' || n || '@readers.example', 'confirmed', 'bench-token-' || lpad(n::text, 10, '0'), 'benchmark', now()
    from generate_series(1, ${count}::int) n`);
}

/**
 * What the planner knows of the week's issue when it is sent: what the freeze made known (`fresh`), what was known of the
 * weeks before, from an ordinary sample (`stale`) or a hundredth of it (`coarse`), or `none`. Each sample is another.
 */
const statisticsKinds = ['fresh', 'stale', 'coarse', 'none'] as const;
export type Statistics = (typeof statisticsKinds)[number];

export const statisticsOption = () =>
  new Option('--statistics <kind>', 'what the planner knows of the issue')
    .choices(statisticsKinds)
    .default('fresh');

export interface Preparation {
  readonly subscribers: number;
  /** Issues of the weeks before. */
  readonly past?: number;
  readonly statistics?: Statistics;
  readonly log?: Log;
}

/** Adds subscribers, the week's sample comparisons and a past, and freezes the issue. Returns the seconds that the freeze took. */
export async function prepareIssue(
  ctx: PipelineContext,
  { subscribers, past = 0, statistics = 'fresh', log = () => {} }: Preparation,
): Promise<number> {
  await addSubscribers(ctx, subscribers);
  const imported = await importComparisons(ctx.db, JSON.stringify({ comparisons: sampleComparisons(now) }));
  if (!imported.ok) throw new Error(imported.message);
  if (past > 0) {
    await compose(ctx);
    await addPast(ctx.db, past, log);
  }
  return refreezeIssue(ctx, statistics);
}

/** Composes, approves and freezes the week's issue from scratch. Returns the seconds that the freeze took. */
export async function refreezeIssue(ctx: PipelineContext, statistics: Statistics = 'fresh'): Promise<number> {
  await approveAnew(ctx);
  const freeze = async () => {
    const from = performance.now();
    const frozen = await freezeIssue(ctx, week, 'benchmark');
    if (!frozen.ok) throw new Error(frozen.message);
    return (performance.now() - from) / 1_000;
  };
  return statistics === 'fresh' ? freeze() : withStatistics(ctx.db, statistics, freeze);
}

/** Freezes while the tables look as if something else vacuumed them, so that their statistics stay as they are. */
async function withStatistics(
  db: Db,
  statistics: Exclude<Statistics, 'fresh'>,
  freeze: () => Promise<number>,
): Promise<number> {
  await db.execute(sql`alter table deliveries set (autovacuum_enabled = off)`);
  await db.execute(sql`alter table batches set (autovacuum_enabled = off)`);
  await db.transaction(async (tx) => {
    if (statistics === 'coarse') await tx.execute(sql`set local default_statistics_target = 1`);
    await tx.execute(sql`analyze deliveries, batches`);
  });
  const seconds = await db.transaction(async (tx) => {
    await tx.execute(sql`lock table deliveries, batches in share update exclusive mode`);
    return freeze();
  });
  if (statistics === 'none') {
    const tables = sql`array['deliveries', 'batches']::regclass[]`;
    await db.execute(sql`delete from pg_statistic where starelid = any(${tables})`);
    await db.execute(sql`update pg_class set reltuples = -1, relpages = 0 where oid = any(${tables})`);
  }
  return seconds;
}

/** Composes and approves the week's issue from scratch. */
export async function approveAnew(ctx: PipelineContext): Promise<void> {
  await removeIssue(ctx.db);
  await compose(ctx);
  const approved = await approveIssue(ctx, week, { by: 'benchmark' });
  if (!approved.ok) throw new Error(approved.message);
}

async function compose(ctx: PipelineContext): Promise<void> {
  const composed = await composeIssue(ctx, week, { by: 'benchmark' });
  if (!composed.ok) throw new Error(composed.message);
}

/** Leaves the tables as they were before the week; its issue gets another id each time. */
async function removeIssue(db: Db): Promise<void> {
  const { rowCount: past } = await db.execute(sql`select from issues where week < ${week} limit 1`);
  if (past === 0) {
    await db.execute(
      sql`truncate issue_log, issues, issue_comparisons, deliveries, batches, mail_event_totals restart identity`,
    );
    return;
  }
  const ofWeek = sql`issue_id in (select id from issues where week = ${week})`;
  await db.execute(sql`delete from issue_log where week = ${week}`);
  await db.execute(sql`delete from issue_comparisons where ${ofWeek}`);
  await db.execute(sql`delete from deliveries where ${ofWeek}`);
  await db.execute(sql`delete from batches where ${ofWeek}`);
  await db.execute(sql`delete from issues where week = ${week}`);
  await db.execute(sql`vacuum (index_cleanup on) deliveries, batches, issues`);
}
