import { type Comparison, type ReviewVerdict, reviewerName, type Tool } from '../../src/domain/comparison.ts';
import { shorten } from '../../src/domain/issue.ts';
import { pricingRead } from '../../src/domain/pricing-read.ts';
import { reviewerSplit, type SplitRow } from '../../src/domain/reviewer-split.ts';
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
  sharpQuote,
} from './fit.ts';

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
  const sharp = sharpest(split);
  const rows = split.map((row): RowReading => {
    const quotes = row.reviews.flatMap((review, at): Quote[] => {
      const tool = tools[at];
      if (review === null || tool === undefined || quoteLength === 0 || flat(review.quote) === '') return [];
      const isSharp = sharp?.row === row && sharp.tool === at;
      // Told once in a brief comparison: then it may take the room of a pulled quote.
      const limit = isSharp && !inFull ? Math.min(sharpQuote, quoteLength * 2) : quoteLength;
      return [{ tool, verdict: review.verdict, ...cutText(review.quote, limit) }];
    });
    const chosen = sharp?.row === row ? quotes.find((quote) => quote.tool === tools[sharp.tool]) : undefined;
    const pulled = chosen === undefined ? null : { ...chosen, ...cutText(chosen.text, sharpQuote) };
    const toldBelow = inFull && pulled?.cut === true;
    const others = toldBelow ? quotes : quotes.filter((quote) => quote !== chosen);
    return {
      reviewer: flat(reviewerName(row.reviewer)),
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

/** One quote a reviewer in a brief comparison: what they warn of, else what they say first. */
function telling(quotes: readonly Quote[]): readonly Quote[] {
  const quote = quotes.find(({ verdict }) => verdict === 'skip') ?? quotes[0];
  return quote === undefined ? [] : [quote];
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

/** The split in a sentence or two. */
function splitRead(split: readonly SplitRow[], tools: readonly [ToolReading, ToolReading]): string {
  const unread = tools.filter((_, at) => split.every((row) => row.reviews[at] === null));
  if (unread.length === 2) return 'No reviews yet.';
  if (unread[0] !== undefined) return `No reviews of ${unread[0].label} yet.`;
  const differing = split.filter((row) => row.differs).map((row) => flat(reviewerName(row.reviewer)));
  const parts: string[] = [];
  if (differing.length > 3)
    parts.push(`${differing.length} of ${split.length} reviewers judge the two differently.`);
  else if (differing.length > 0)
    parts.push(`${listed(differing)} ${differing.length === 1 ? 'judges' : 'judge'} the two differently.`);
  for (const [at, tool] of tools.entries()) {
    const lone = split.find((row) => row.alone[at]);
    if (lone !== undefined) parts.push(`${flat(reviewerName(lone.reviewer))} stands alone on ${tool.label}.`);
  }
  return parts.join(' ') || 'Nobody breaks ranks.';
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
