import type { Comparison } from '../comparison/comparison.ts';
import { pricingRead } from '../comparison/pricing-read.ts';
import { reviewerSplit } from '../comparison/reviewer-split.ts';
import { verdictHeadline } from '../comparison/verdict.ts';
import { oneLine } from '../text.ts';
import { briefQuote, type Fit, longestQuote } from './lengths.ts';
import { type RowReading, readRows } from './reviewer-rows.ts';
import { splitRead } from './reviewer-split.ts';
import { readTool, type ToolReading } from './tool.ts';

/** A comparison as an issue tells it; the html and the text part are both written from this. */
export interface Reading {
  readonly slug: string;
  readonly url: string;
  readonly headline: string;
  readonly tools: readonly [ToolReading, ToolReading];
  readonly pricingRead: string;
  readonly splitRead: string;
  readonly rows: readonly RowReading[];
  /** What its link to the whole comparison says. */
  readonly further: string;
}

/** An issue as told with a fit: the lead in full, some further ones in brief, the rest in a line each. */
export interface IssueReading {
  readonly told: readonly Reading[];
  readonly rest: readonly Reading[];
}

export function readIssue(comparisons: readonly Comparison[], fit: Fit): IssueReading {
  const readings = comparisons.map((comparison, at) =>
    readComparison(comparison, Math.min(fit.quoteLength, at === 0 ? longestQuote : briefQuote), at === 0),
  );
  return { told: readings.slice(0, fit.told), rest: readings.slice(fit.told) };
}

function readComparison(comparison: Comparison, quoteLength: number, inFull: boolean): Reading {
  const tools = comparison.tools.map((tool) => readTool(tool, inFull)) as [ToolReading, ToolReading];
  const split = reviewerSplit(comparison);
  const rows = readRows(split, tools, quoteLength, inFull);
  const shown = rows.flatMap((row) => [row.sharpest, ...row.quotes]).filter((quote) => quote !== null);
  const isMore =
    shown.length < tools.flatMap((_, at) => split.filter((row) => row.reviews[at] !== null)).length ||
    shown.some((quote) => quote.cut);
  return {
    slug: comparison.slug,
    url: comparison.url,
    headline: oneLine(verdictHeadline(comparison)),
    tools,
    pricingRead: oneLine(pricingRead(comparison.tools)),
    splitRead: splitRead(split, tools),
    // One link for all of a brief comparison; in the lead each quote has its own.
    rows: inFull ? rows : rows.map(withoutLinks),
    further: isMore && !inFull ? 'The full comparison, with every quote' : 'The full comparison',
  };
}

function withoutLinks(row: RowReading): RowReading {
  const sharpest = row.sharpest === null ? null : { ...row.sharpest, cut: false };
  return { ...row, sharpest, quotes: row.quotes.map((quote) => ({ ...quote, cut: false })) };
}
