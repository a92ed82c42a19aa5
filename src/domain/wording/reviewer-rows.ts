import { type ReviewVerdict, reviewerName } from '../comparison/comparison.ts';
import type { SplitRow } from '../comparison/reviewer-split.ts';
import { type Excerpt, excerpt, oneLine } from '../text.ts';
import { longestPullQuote, maxBriefReviewers } from './detail.ts';
import type { ToolSummary } from './tool-summary.ts';

export interface ReviewerRow {
  readonly reviewer: string;
  readonly differs: boolean;
  readonly cells: readonly [Cell, Cell];
  /** The quote that breaks ranks most sharply in the whole split; it appears right under the row. */
  readonly pullQuote: Quote | null;
  /** The other quotes of this reviewer. */
  readonly quotes: readonly Quote[];
}

export interface Cell {
  readonly verdict: ReviewVerdict | null;
  readonly alone: boolean;
}

export interface Quote extends Excerpt {
  readonly tool: ToolSummary;
  readonly verdict: ReviewVerdict;
}

/** The rows of the reviewer split with their quotes: all of them in the lead, elsewhere one each from a few reviewers. */
export function describeReviewers(
  split: readonly SplitRow[],
  tools: readonly [ToolSummary, ToolSummary],
  quoteLength: number,
  isLead: boolean,
): readonly ReviewerRow[] {
  const pulled = choosePullQuote(split);
  const quoted = isLead ? split : split.toSorted(byDissent).slice(0, maxBriefReviewers);
  return split.map((row): ReviewerRow => {
    const quotes = row.reviews.flatMap((review, at): Quote[] => {
      const tool = tools[at];
      if (review === null || tool === undefined || !quoted.includes(row)) return [];
      if (quoteLength === 0 || oneLine(review.quote) === '') return [];
      const isPulled = pulled?.row === row && pulled.tool === at;
      // In a brief comparison it appears only once, as the pull quote, and may be as long as one.
      const limit = isPulled && !isLead ? Math.min(longestPullQuote, quoteLength * 2) : quoteLength;
      return [{ tool, verdict: review.verdict, ...excerpt(review.quote, limit) }];
    });
    const source =
      pulled?.row === row ? quotes.find((quote) => quote.tool === tools[pulled.tool]) : undefined;
    const pull = source && excerpt(source.text, longestPullQuote);
    const repeatedBelow = isLead && pull?.cut === true;
    const others = repeatedBelow ? quotes : quotes.filter((quote) => quote !== source);
    return {
      reviewer: oneLine(reviewerName(row.reviewer)),
      differs: row.differs,
      cells: row.reviews.map((review, at) => ({
        verdict: review?.verdict ?? null,
        alone: row.alone[at] ?? false,
      })) as unknown as [Cell, Cell],
      // What is repeated in full below needs no link to the rest; what was cut to fit the budget keeps its link.
      pullQuote: source === undefined ? null : { ...source, ...pull, cut: source.cut && !repeatedBelow },
      quotes: isLead ? others : source === undefined ? briefQuote(quotes) : [],
    };
  });
}

/** Reviewers who break ranks come first. */
function byDissent(a: SplitRow, b: SplitRow): number {
  const dissent = (row: SplitRow) => Number(row.differs) + Number(row.alone[0] || row.alone[1]);
  return dissent(b) - dissent(a);
}

/** One quote per reviewer in a brief comparison: what they warn against, otherwise their first. */
function briefQuote(quotes: readonly Quote[]): readonly Quote[] {
  const quote = quotes.find(({ verdict }) => verdict === 'skip') ?? quotes[0];
  return quote === undefined ? [] : [quote];
}

/**
 * From the lone dissenter who also judges the tools differently, otherwise from one who judges them differently,
 * otherwise from a lone dissenter; about the tool they stand alone on, otherwise about the one they skip.
 */
function choosePullQuote(split: readonly SplitRow[]): { row: SplitRow; tool: 0 | 1 } | null {
  const isAlone = (row: SplitRow) => row.alone[0] || row.alone[1];
  const row =
    split.find((each) => each.differs && isAlone(each)) ??
    split.find((each) => each.differs) ??
    split.find(isAlone);
  if (row === undefined) return null;
  if (isAlone(row)) return { row, tool: row.alone[0] ? 0 : 1 };
  return { row, tool: row.reviews[0]?.verdict === 'skip' ? 0 : 1 };
}
