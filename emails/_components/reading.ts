import type { Comparison, ReviewVerdict, Tool } from '../../src/domain/comparison.ts';
import { shorten } from '../../src/domain/issue.ts';
import { pricingRead } from '../../src/domain/pricing-read.ts';
import { reviewerSplit } from '../../src/domain/reviewer-split.ts';
import { communityShip, panelShip, percentLabel } from '../../src/domain/share.ts';
import { verdictHeadline } from '../../src/domain/verdict.ts';
import {
  briefQuote,
  type Cut,
  cutText,
  type Fit,
  flat,
  longestDescription,
  longestLabel,
  longestQuote,
} from './fit.ts';
import { readRows } from './read-rows.ts';
import { splitRead } from './split-read.ts';

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

export interface ToolReading {
  readonly name: string;
  /** The name where it is only a label. */
  readonly label: string;
  readonly category: string;
  readonly tagline: string;
  /** Empty unless the comparison is told in full. */
  readonly description: string;
  readonly url: string | null;
  readonly panel: string;
  readonly community: string;
  readonly entryPrice: string;
}

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

export interface Quote extends Cut {
  readonly tool: ToolReading;
  readonly verdict: ReviewVerdict;
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
    headline: flat(verdictHeadline(comparison)),
    tools,
    pricingRead: flat(pricingRead(comparison.tools)),
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

function readTool(tool: Tool, inFull: boolean): ToolReading {
  return {
    name: flat(tool.name),
    label: shorten(flat(tool.name), longestLabel),
    category: shorten(flat(tool.category), longestLabel),
    tagline: flat(tool.tagline),
    // Whole sentences need no sign that there were more.
    description: inFull ? cutText(tool.description, longestDescription).text.replace(/ …$/, '') : '',
    url: tool.url,
    panel: percentLabel(panelShip(tool)),
    community: percentLabel(communityShip(tool)),
    entryPrice: flat(tool.entryPrice),
  };
}
