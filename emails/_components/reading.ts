import { type Comparison, type ReviewVerdict, reviewerName, type Tool } from '../../src/domain/comparison.ts';
import { shorten } from '../../src/domain/issue.ts';
import { pricingRead } from '../../src/domain/pricing-read.ts';
import { reviewerSplit, type SplitRow } from '../../src/domain/reviewer-split.ts';
import { communityShip, panelShip, percentLabel } from '../../src/domain/share.ts';
import { verdictHeadline } from '../../src/domain/verdict.ts';
import { type Cut, cutText, type Fit, flat, longestDescription, longestLabel, longestQuote } from './fit.ts';

/** A comparison as an issue tells it; the html and the text part are both written from this. */
export interface Reading {
  readonly slug: string;
  readonly url: string;
  readonly headline: string;
  readonly tools: readonly [ToolReading, ToolReading];
  readonly pricingRead: string;
  readonly splitRead: string;
  readonly rows: readonly RowReading[];
}

export interface ToolReading {
  readonly name: string;
  /** The name where it is only a label. */
  readonly label: string;
  readonly category: string;
  readonly tagline: string;
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

/** A quote set under its row stays this short; a longer one is excerpted there and told in full below. */
const longestSharp = 240;

export function readComparison(comparison: Comparison, fit: Pick<Fit, 'quoteLength'>): Reading {
  const tools = comparison.tools.map(readTool) as [ToolReading, ToolReading];
  const split = reviewerSplit(comparison);
  const sharp = sharpest(split);
  const limit = Math.min(fit.quoteLength, longestQuote);
  return {
    slug: comparison.slug,
    url: comparison.url,
    headline: flat(verdictHeadline(comparison)),
    tools,
    pricingRead: flat(pricingRead(comparison.tools)),
    splitRead: splitRead(split, tools),
    rows: split.map((row) => {
      const quotes = row.reviews.flatMap((review, at): Quote[] => {
        const tool = tools[at];
        if (review === null || tool === undefined || limit === 0 || flat(review.quote) === '') return [];
        return [{ tool, verdict: review.verdict, ...cutText(review.quote, limit) }];
      });
      const sharpTool = sharp?.row === row ? tools[sharp.tool] : undefined;
      const chosen = quotes.find((quote) => quote.tool === sharpTool) ?? null;
      const excerpt = chosen === null ? null : { ...chosen, ...cutText(chosen.text, longestSharp) };
      return {
        reviewer: flat(reviewerName(row.reviewer)),
        differs: row.differs,
        cells: row.reviews.map((review, at) => ({
          verdict: review?.verdict ?? null,
          alone: row.alone[at] ?? false,
        })) as unknown as [Cell, Cell],
        // A quote already cut to the budget keeps its link to the rest.
        sharpest: excerpt === null ? null : { ...excerpt, cut: !excerpt.cut && (chosen?.cut ?? false) },
        quotes: excerpt?.cut ? quotes : quotes.filter((quote) => quote !== chosen),
      };
    }),
  };
}

function readTool(tool: Tool): ToolReading {
  return {
    name: flat(tool.name),
    label: shorten(flat(tool.name), longestLabel),
    category: flat(tool.category),
    tagline: flat(tool.tagline),
    // Whole sentences need no sign that there were more.
    description: cutText(tool.description, longestDescription).text.replace(/ …$/, ''),
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
