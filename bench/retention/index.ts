import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { readSubscriberHistory } from '../../src/db/queries/audience/subscriber-history.ts';
import { countedTypes, totalsOf } from '../../src/domain/sending/mail-event.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { type IssueStatusReport, issueStatus } from '../../src/pipeline/report/issue-status.ts';
import { readPublicIssue } from '../../src/pipeline/report/view-issue.ts';
import { prune } from '../../src/pipeline/retain/prune.ts';
import { type Benchmark, count, type Log } from '../support/benchmark.ts';
import { now, openBench } from '../support/context.ts';
import { approveAnew, emailOf, prepareIssue } from '../support/prepare-issue.ts';
import { addWeek } from './add-week.ts';

interface RetentionOptions {
  readonly readers: number;
  readonly weeks: number;
}

export const retention: Benchmark<RetentionOptions> = {
  name: 'retention',
  description:
    'sends an issue a week and prunes; fails when a ledger or a total is wrong, or when the tables still grow in the second year',
  options: [count('readers', 'readers of each issue', 20_000), count('weeks', 'weeks, at least 66', 104)],
  run: benchRetention,
};

const weekMs = 7 * 86_400_000;
const tables = ['deliveries', 'mail_events', 'batches', 'mail_event_totals'] as const;

/** From this week on nothing may grow but what is kept for ever. */
const levelFrom = 65;

async function benchRetention({ readers, weeks }: RetentionOptions, log: Log): Promise<object> {
  const bench = await openBench();
  try {
    await prepareIssue(bench.ctx, { subscribers: readers });
    await approveAnew(bench.ctx);
    await bench.ctx.db.execute(sql`update subscribers set created_at = ${new Date(now.getTime() - weekMs)}`);
    const totals = new Map<string, object>();
    let deleted = 0;
    let pruneSeconds = 0;
    let level: Sizes | null = null;
    for (let no = 1; no <= weeks; no += 1) {
      const day = new Date(now.getTime() + no * weekMs);
      const ctx = { ...bench.ctx, clock: { now: () => day } };
      await addWeek(ctx.db, new Date(day.getTime() - 1_000));
      const from = performance.now();
      const pruned = await prune(ctx);
      pruneSeconds += (performance.now() - from) / 1_000;
      deleted += Object.values(pruned).reduce((sum: number, rows: number) => sum + rows, 0);
      await expectUnchanged(ctx, totals);
      // Autovacuum counts real minutes, and two years take a few of them.
      if (no % 4 === 0) await ctx.db.execute(sql`vacuum deliveries, mail_events, batches`);
      if (no === levelFrom) level = await sizes(ctx.db);
      if (no % 13 === 0 || no === levelFrom) log(`week ${no}: ${JSON.stringify(await sizes(ctx.db))}`);
    }
    const last = await sizes(bench.ctx.db);
    if (level !== null) expectLevel(level, last);
    await expectReadable(bench.ctx, weeks);
    return { ...last, rowsDeleted: deleted, rowsDeletedPerSecond: deleted / pruneSeconds };
  } finally {
    await bench.close();
  }
}

type Sizes = Readonly<Record<(typeof tables)[number], number>>;

/** Megabytes of each table with its indexes. */
async function sizes(db: Db): Promise<Sizes> {
  const { rows } = await db.execute<{ table: string; mb: number }>(sql`
    select t as table, round(pg_total_relation_size(t::regclass) / 1e6, 1)::float8 as mb
    from unnest(${sql.param([...tables])}::text[]) t`);
  return Object.fromEntries(rows.map(({ table, mb }) => [table, mb])) as unknown as Sizes;
}

function expectLevel(before: Sizes, after: Sizes): void {
  for (const table of ['deliveries', 'mail_events'] as const)
    if (after[table] > before[table] * 1.1)
      throw new Error(
        `${table} still grows: ${before[table]} MB in week ${levelFrom}, ${after[table]} MB in the end`,
      );
}

/** Every issue balances, and says what it said in its first week. */
async function expectUnchanged(ctx: PipelineContext, totals: Map<string, object>): Promise<void> {
  const { rows } = await ctx.db.execute<{ week: string }>(
    sql`select week from issues where frozen_at is not null`,
  );
  for (const { week } of rows) {
    const report = await statusOf(ctx, week);
    if (!report.balances) throw new Error(`${week} does not balance`);
    const told = reportedOf(report);
    if (!totals.has(week)) totals.set(week, told);
    if (!isDeepStrictEqual(told, totals.get(week)))
      throw new Error(`${week}: ${JSON.stringify(told)}, and before ${JSON.stringify(totals.get(week))}`);
  }
}

async function statusOf(ctx: PipelineContext, week: string): Promise<IssueStatusReport> {
  const status = await issueStatus(ctx, week);
  if (!status.ok) throw new Error(status.message);
  return status.report;
}

const reportedOf = (report: IssueStatusReport) => {
  const names = Object.keys(countedTypes) as (keyof typeof countedTypes)[];
  return {
    submitted: report.submitted,
    ...totalsOf({}),
    ...Object.fromEntries(names.map((name) => [name, report[name]])),
  };
};

/** The first issue is in the archive, and what is no longer known of it is said. */
async function expectReadable(ctx: PipelineContext, weeks: number): Promise<void> {
  const { rows } = await ctx.db.execute<{ week: string }>(sql`
    select week from issues where frozen_at is not null order by week`);
  const first = rows[0]?.week ?? '';
  const { pruned } = await statusOf(ctx, first);
  if (pruned.events === null || pruned.deliveries === null || pruned.unfinished)
    throw new Error(`status of ${first} does not say what was deleted: ${JSON.stringify(pruned)}`);
  if ((await readPublicIssue(ctx, first)) === null) throw new Error(`${first} is not in the archive`);
  const history = await readSubscriberHistory(ctx.db, emailOf(1));
  const known = history?.issues.map(({ week }) => week).toSorted() ?? [];
  if (history?.issuesKnownFrom !== known[0] || known.length >= weeks)
    throw new Error(`known from ${history?.issuesKnownFrom}, and ${known.length} issues from ${known[0]} on`);
}
