import { type ReviewVerdict, reviewerName } from '../comparison/comparison.ts';
import type { SplitRow } from '../comparison/reviewer-split.ts';
import { type Excerpt, excerpt, oneLine } from '../text.ts';
import { briefReviewers, sharpQuote } from './lengths.ts';
import type { ToolReading } from './tool.ts';

export interface RowReading {
  readonly reviewer: string;
  readonly differs: boolean;
  readonly cells: readonly [Cell, Cell];
  /** What breaks ranks most sharply in the whole split; it stands right under the row. */
  readonly sharpest: Quote | null;
  /** The other quotes of this reviewer. */
  readonly quotes: readonly Quote[];
}

export interface Cell {
  readonly verdict: ReviewVerdict | null;
  readonly alone: boolean;
}

export interface Quote extends Excerpt {
  readonly tool: ToolReading;
  readonly verdict: ReviewVerdict;
}

/** The rows of the matrix with their quotes; in full all of them, in brief a few, one a reviewer. */
export function readRows(
  split: readonly SplitRow[],
  tools: readonly [ToolReading, ToolReading],
  quoteLength: number,
  inFull: boolean,
): readonly RowReading[] {
  const sharp = sharpest(split);
  const quoted = inFull ? split : split.toSorted(byInterest).slice(0, briefReviewers);
  return split.map((row): RowReading => {
    const quotes = row.reviews.flatMap((review, at): Quote[] => {
      const tool = tools[at];
      if (review === null || tool === undefined || !quoted.includes(row)) return [];
      if (quoteLength === 0 || oneLine(review.quote) === '') return [];
      const isSharp = sharp?.row === row && sharp.tool === at;
      // Told once in a brief comparison: then it may take the room of a pulled quote.
      const limit = isSharp && !inFull ? Math.min(sharpQuote, quoteLength * 2) : quoteLength;
      return [{ tool, verdict: review.verdict, ...excerpt(review.quote, limit) }];
    });
    const chosen = sharp?.row === row ? quotes.find((quote) => quote.tool === tools[sharp.tool]) : undefined;
    const pulled = chosen === undefined ? null : { ...chosen, ...excerpt(chosen.text, sharpQuote) };
    const toldBelow = inFull && pulled?.cut === true;
    const others = toldBelow ? quotes : quotes.filter((quote) => quote !== chosen);
    return {
      reviewer: oneLine(reviewerName(row.reviewer)),
      differs: row.differs,
      cells: row.reviews.map((review, at) => ({
        verdict: review?.verdict ?? null,
        alone: row.alone[at] ?? false,
      })) as unknown as [Cell, Cell],
      // What is told in full below needs no link to the rest; what was cut to the budget keeps it.
      sharpest: pulled === null ? null : { ...pulled, cut: !toldBelow && (chosen?.cut ?? false) },
      quotes: inFull ? others : chosen === undefined ? telling(quotes) : [],
    };
  });
}

/** Who breaks ranks first. */
function byInterest(a: SplitRow, b: SplitRow): number {
  const interest = (row: SplitRow) => Number(row.differs) + Number(row.alone[0] || row.alone[1]);
  return interest(b) - interest(a);
}

/** One quote a reviewer in a brief comparison: what they warn of, else what they say first. */
function telling(quotes: readonly Quote[]): readonly Quote[] {
  const quote = quotes.find(({ verdict }) => verdict === 'skip') ?? quotes[0];
  return quote === undefined ? [] : [quote];
}

/** The lone dissenter who also splits, else who splits, else who stands alone; the tool they stand alone on, else the one they skip. */
function sharpest(split: readonly SplitRow[]): { row: SplitRow; tool: 0 | 1 } | null {
  const isAlone = (row: SplitRow) => row.alone[0] || row.alone[1];
  const row =
    split.find((each) => each.differs && isAlone(each)) ??
    split.find((each) => each.differs) ??
    split.find(isAlone);
  if (row === undefined) return null;
  if (isAlone(row)) return { row, tool: row.alone[0] ? 0 : 1 };
  return { row, tool: row.reviews[0]?.verdict === 'skip' ? 0 : 1 };
}
