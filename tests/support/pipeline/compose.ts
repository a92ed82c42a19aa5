import type { Db } from '../../../src/db/client.ts';
import type { ImportCounts } from '../../../src/db/queries/issue/comparisons.ts';
import { findIssue, type IssueRow } from '../../../src/db/queries/issue/issues.ts';
import { fixedClock } from '../../../src/domain/clock.ts';
import type { Comparison } from '../../../src/domain/comparison/comparison.ts';
import { composeIssue } from '../../../src/pipeline/compose/compose-issue.ts';
import { importComparisons } from '../../../src/pipeline/compose/import-comparisons.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import { pairOf, panel } from '../content/arbitraries.ts';
import { tuesday, week } from './test-pipeline.ts';

export const dayMs = 86_400_000;

/** So many days before the Tuesday (fractions too). */
export const daysAgo = (days: number) => new Date(tuesday.getTime() - days * dayMs);

/** A comparison of two tools of its own, published at that moment. */
export function published(slug: string, at: Date, rest: Partial<Comparison> = {}): Comparison {
  return pairOf(
    { slug: `${slug}-one`, name: `${slug} One`, reviews: panel('ship ship skip') },
    { slug: `${slug}-two`, name: `${slug} Two`, reviews: panel('ship skip skip') },
    {
      slug,
      url: `https://verdicts.example/compare/${slug}`,
      publishedAt: at.toISOString(),
      ...rest,
    },
  );
}

/** Imports, or throws with the message of the refusal. */
export async function importAll(db: Db, comparisons: readonly Comparison[]): Promise<ImportCounts> {
  const { ok: _, ...counts } = must(await importComparisons(db, JSON.stringify({ comparisons })));
  return counts;
}

/** The same pipeline at another moment. */
export const at = <T extends PipelineContext>(pipeline: T, now: Date): T => ({
  ...pipeline,
  clock: fixedClock(now),
});

/** Composes and gives the slugs in the order of the issue. */
export async function composedSlugs(pipeline: PipelineContext, of = week): Promise<string[]> {
  const composed = must(await composeIssue(pipeline, of));
  return composed.kind === 'composed' ? slugsOf(composed.issue) : [];
}

export const slugsOf = (issue: IssueRow) => issue.content.comparisons.map((comparison) => comparison.slug);

export async function storedIssue(db: Db, of = week): Promise<IssueRow> {
  const issue = await findIssue(db, of);
  if (issue === null) throw new Error(`no issue for ${of}`);
  return issue;
}

/** The value of a verb that is expected to succeed. */
export function must<T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> {
  if (!result.ok) throw new Error((result as unknown as { message: string }).message);
  return result as Extract<T, { readonly ok: true }>;
}
