import type { Comparison, Review, ReviewVerdict } from './comparison.ts';

/** One reviewer's row in the split: their review of each tool, `null` where there is none. */
export interface SplitRow {
  readonly reviewer: string;
  readonly reviews: readonly [Review | null, Review | null];
  /** Ship for one tool, skip for the other. */
  readonly differs: boolean;
  /** For each tool: whether they alone have this verdict, among at least three reviewers. */
  readonly alone: readonly [boolean, boolean];
}

/** Who judges the two tools differently and who stands alone, in the order in which the reviewers first appear. */
export function reviewerSplit({ tools }: Comparison): readonly SplitRow[] {
  const [first, second] = tools.map((tool) => new Map(tool.reviews.map((r) => [r.reviewer, r]))) as [
    Map<string, Review>,
    Map<string, Review>,
  ];
  const alone = tools.map((tool) => loneReviewer(tool.reviews));
  return [...new Set([...first.keys(), ...second.keys()])].map((reviewer) => {
    const a = first.get(reviewer) ?? null;
    const b = second.get(reviewer) ?? null;
    return {
      reviewer,
      reviews: [a, b],
      differs: a !== null && b !== null && a.verdict !== b.verdict,
      alone: [alone[0] === reviewer, alone[1] === reviewer],
    };
  });
}

/** How many reviewers judge the two tools differently; an issue's lead is chosen by this. */
export function countDiffering(comparison: Comparison): number {
  return reviewerSplit(comparison).filter((row) => row.differs).length;
}

function loneReviewer(reviews: readonly Review[]): string | null {
  if (reviews.length < 3) return null;
  for (const verdict of ['ship', 'skip'] satisfies ReviewVerdict[]) {
    const [only, ...others] = reviews.filter((review) => review.verdict === verdict);
    if (only !== undefined && others.length === 0) return only.reviewer;
  }
  return null;
}
