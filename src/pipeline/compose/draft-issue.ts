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
      /** Slugs of candidates that the issue does not take: dropped by an editor, or beyond `maxComparisons`. */
      readonly notTaken: readonly string[];
      readonly leftOut: Candidates['leftOut'];
    }
  | { readonly kind: 'nothing-new'; readonly leftOut: Candidates['leftOut'] };

/**
 * What the week's issue would be, in memory: candidates up to now, arranged with the editor's changes, rendered.
 * `existing` is the week's own issue: its comparisons count as free, and it keeps its number unless it was
 * cancelled, since another issue may have the number by now. Reads only.
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
    notTaken: candidates.comparisons.filter((one) => !comparisons.includes(one)).map((one) => one.slug),
    rendering: await renderWithEnvelope(content, settings),
    leftOut,
  };
}
