import type { Queryable } from '../../db/client.ts';
import { type IssueRow, issueNumberFor } from '../../db/queries/issue/issues.ts';
import { newestOfEachPair } from '../../domain/comparison/pair.ts';
import {
  arrange,
  defaultPreheader,
  defaultSubject,
  type IssueContent,
  type IssueEdits,
} from '../../domain/issue/issue.ts';
import type { PipelineContext } from '../context.ts';
import { type Rendering, renderWithEnvelope } from './rendering.ts';
import { type Candidates, selectCandidates } from './select-candidates.ts';

export interface DraftOptions {
  readonly existing: Pick<IssueRow, 'id'> | null;
  readonly edits: IssueEdits;
  /** Comparisons published up to here are candidates. */
  readonly cutoff: Date;
}

export type Draft =
  | {
      readonly kind: 'draft';
      readonly content: IssueContent;
      /** In the order of the issue. */
      readonly comparisonIds: readonly number[];
      readonly rendering: Rendering;
      /** Slugs of candidates that are not in the issue: dropped by an editor, or more than `maxComparisons`. */
      readonly notTaken: readonly string[];
      readonly leftOut: Candidates['leftOut'];
    }
  | { readonly kind: 'nothing-new'; readonly leftOut: Candidates['leftOut'] };

/**
 * Makes the week's issue in memory: takes the candidates up to the cutoff, arranges them with the editors' changes,
 * renders them. `existing` is the week's own issue: its comparisons are candidates too. Of comparisons of the same
 * two tools, in either order, the newest is taken. The number is made anew each time, since an earlier week's issue
 * may have been cancelled or missed meanwhile. Reads only.
 */
export async function draftIssue(
  { settings }: Pick<PipelineContext, 'settings'>,
  db: Queryable,
  week: string,
  { existing, edits, cutoff }: DraftOptions,
): Promise<Draft> {
  const { idBySlug, ...candidates } = await selectCandidates(db, {
    cutoff,
    exceptIssue: existing?.id ?? null,
    maxPriceAgeDays: settings.maxPriceAgeDays,
  });
  const { newest, older } = newestOfEachPair(candidates.comparisons);
  const leftOut = [
    ...candidates.leftOut,
    ...older.map(({ slug }) => ({ slug, reason: 'there is a newer comparison of the same two tools' })),
  ];
  const comparisons = arrange(newest, edits, settings.maxComparisons);
  if (comparisons.length === 0) return { kind: 'nothing-new', leftOut };

  const content: IssueContent = {
    week,
    number: await issueNumberFor(db, week),
    subject: edits.subject ?? defaultSubject(comparisons),
    preheader: edits.preheader ?? defaultPreheader(comparisons),
    intro: edits.intro ?? null,
    comparisons,
  };
  return {
    kind: 'draft',
    content,
    comparisonIds: comparisons.map((comparison) => idBySlug.get(comparison.slug) as number),
    notTaken: newest.filter((each) => !comparisons.includes(each)).map((each) => each.slug),
    rendering: await renderWithEnvelope(content, settings),
    leftOut,
  };
}
