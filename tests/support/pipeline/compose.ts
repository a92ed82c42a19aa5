import type { Db } from '../../../src/db/client.ts';
import type { ImportCounts } from '../../../src/db/queries/issue/comparisons.ts';
import { findIssue, type IssueRow } from '../../../src/db/queries/issue/issues.ts';
import type { Comparison } from '../../../src/domain/comparison/comparison.ts';
import { composeIssue } from '../../../src/pipeline/compose/compose-issue.ts';
import { importComparisons } from '../../../src/pipeline/compose/import-comparisons.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import { pairOf, panel } from '../content/fixtures.ts';
import { must, tuesday, week } from './test-pipeline.ts';

export const dayMs = 86_400_000;

/** Days, or a fraction of one, before the test pipeline's Tuesday. */
export const daysAgo = (days: number) => new Date(tuesday.getTime() - days * dayMs);

/** A comparison of two tools that no other comparison has. */
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

export async function importAll(db: Db, comparisons: readonly Comparison[]): Promise<ImportCounts> {
  const { ok: _, ...counts } = must(await importComparisons(db, JSON.stringify({ comparisons })));
  return counts;
}

/** Composes an issue and returns the slugs of its comparisons in order. */
export async function composedSlugs(pipeline: PipelineContext, of = week): Promise<string[]> {
  const composed = must(await composeIssue(pipeline, of, { by: 'Ada' }));
  return composed.kind === 'composed' ? slugsOf(composed.issue) : [];
}

export const slugsOf = (issue: IssueRow) => issue.content.comparisons.map((comparison) => comparison.slug);

export async function storedIssue(db: Db, of = week): Promise<IssueRow> {
  const issue = await findIssue(db, of);
  if (issue === null) throw new Error(`no issue for ${of}`);
  return issue;
}
