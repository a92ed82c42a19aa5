import type { Queryable } from '../../db/client.ts';
import { type IssueRow, nextIssueNumber } from '../../db/queries/issue/issues.ts';
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

export type Draft =
  | {
      readonly kind: 'draft';
      /** Comparisons published up to here were candidates. */
      readonly cutoff: Date;
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
 * Makes the week's issue in memory: takes the candidates up to now, arranges them with the editors' changes, renders
 * them. `existing` is the week's own issue: its comparisons are candidates too, and it keeps its number, unless it
 * was cancelled, since another issue may have that number by now. Reads only.
 */
export async function draftIssue(
  { clock, settings }: Pick<PipelineContext, 'clock' | 'settings'>,
  db: Queryable,
  week: string,
  existing: Pick<IssueRow, 'id' | 'number' | 'status'> | null,
  edits: IssueEdits,
): Promise<Draft> {
  const cutoff = clock.now();
  const { leftOut, idBySlug, ...candidates } = await selectCandidates(db, {
    cutoff,
    exceptIssue: existing?.id ?? null,
    maxPriceAgeDays: settings.maxPriceAgeDays,
  });
  const comparisons = arrange(candidates.comparisons, edits, settings.maxComparisons);
  if (comparisons.length === 0) return { kind: 'nothing-new', leftOut };

  const keptNumber = existing === null || existing.status === 'cancelled' ? null : existing.number;
  const content: IssueContent = {
    week,
    number: keptNumber ?? (await nextIssueNumber(db)),
    subject: edits.subject ?? defaultSubject(comparisons),
    preheader: edits.preheader ?? defaultPreheader(comparisons),
    intro: edits.intro ?? null,
    comparisons,
  };
  return {
    kind: 'draft',
    cutoff,
    content,
    comparisonIds: comparisons.map((comparison) => idBySlug.get(comparison.slug) as number),
    notTaken: candidates.comparisons.filter((each) => !comparisons.includes(each)).map((each) => each.slug),
    rendering: await renderWithEnvelope(content, settings),
    leftOut,
  };
}
