import { sql } from 'drizzle-orm';
import { approveIssue } from '../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../src/pipeline/compose/compose-issue.ts';
import { importComparisons } from '../../src/pipeline/compose/import-comparisons.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { freezeIssue } from '../../src/pipeline/send/freeze-issue.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { now, week } from './context.ts';

/** So many confirmed subscribers, and this week's sample comparisons. */
export async function fillDatabase(ctx: PipelineContext, recipients: number): Promise<void> {
  await ctx.db.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
    select 'reader-' || n || '@readers.example', 'confirmed', 'bench-token-' || lpad(n::text, 10, '0'), 'benchmark', now()
    from generate_series(1, ${recipients}::int) n`);
  const comparisons = sampleComparisons(now);
  const imported = await importComparisons(ctx.db, JSON.stringify({ comparisons }));
  if (!imported.ok) throw new Error(imported.message);
}

/** The week's issue anew, approved and not frozen: what an earlier run made of it is gone. */
export async function newIssue(ctx: PipelineContext): Promise<void> {
  await ctx.db.execute(sql`truncate issues, issue_comparisons, deliveries, batches restart identity`);
  const composed = await composeIssue(ctx, week);
  if (!composed.ok) throw new Error(composed.message);
  const approved = await approveIssue(ctx, week, { by: 'benchmark' });
  if (!approved.ok) throw new Error(approved.message);
}

/** Seconds that the freeze took. */
export async function timedFreeze(ctx: PipelineContext): Promise<number> {
  const from = performance.now();
  const frozen = await freezeIssue(ctx, week);
  if (!frozen.ok) throw new Error(frozen.message);
  return (performance.now() - from) / 1_000;
}
