import { sql } from 'drizzle-orm';
import { approveIssue } from '../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../src/pipeline/compose/compose-issue.ts';
import { importComparisons } from '../../src/pipeline/compose/import-comparisons.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { freezeIssue } from '../../src/pipeline/send/freeze-issue.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { now, week } from './context.ts';

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

/** Adds subscribers and the week's sample comparisons, and freezes the issue. Returns the seconds that the freeze took. */
export async function prepareIssue(ctx: PipelineContext, subscribers: number): Promise<number> {
  await addSubscribers(ctx, subscribers);
  const imported = await importComparisons(ctx.db, JSON.stringify({ comparisons: sampleComparisons(now) }));
  if (!imported.ok) throw new Error(imported.message);
  return refreezeIssue(ctx);
}

/** Composes, approves and freezes the week's issue from scratch. Returns the seconds that the freeze took. */
export async function refreezeIssue(ctx: PipelineContext): Promise<number> {
  await ctx.db.execute(
    sql`truncate issue_log, issues, issue_comparisons, deliveries, batches restart identity`,
  );
  const composed = await composeIssue(ctx, week, { by: 'benchmark' });
  if (!composed.ok) throw new Error(composed.message);
  const approved = await approveIssue(ctx, week, { by: 'benchmark' });
  if (!approved.ok) throw new Error(approved.message);
  const from = performance.now();
  const frozen = await freezeIssue(ctx, week, 'benchmark');
  if (!frozen.ok) throw new Error(frozen.message);
  return (performance.now() - from) / 1_000;
}
