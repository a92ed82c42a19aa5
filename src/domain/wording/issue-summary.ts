import type { Comparison } from '../comparison/comparison.ts';
import { pricingRead } from '../comparison/pricing-read.ts';
import { reviewerSplit } from '../comparison/reviewer-split.ts';
import { verdictHeadline } from '../comparison/verdict.ts';
import { oneLine } from '../text.ts';
import { type Detail, longestBriefQuote, longestQuote } from './detail.ts';
import { describeReviewers, type ReviewerRow } from './reviewer-rows.ts';
import { describeSplit } from './split-summary.ts';
import { describeTool, type ToolSummary } from './tool-summary.ts';

/** What an issue says about one comparison; the html part and the text part are both written from this. */
export interface ComparisonSummary {
  readonly slug: string;
  readonly url: string;
  readonly headline: string;
  readonly tools: readonly [ToolSummary, ToolSummary];
  readonly pricingRead: string;
  readonly splitSummary: string;
  readonly rows: readonly ReviewerRow[];
  /** Text of the link to the full comparison. */
  readonly linkText: string;
}

/** The lead in full and some more comparisons in brief, each in its own section; the others in one line each. */
export interface IssueSummary {
  readonly sections: readonly ComparisonSummary[];
  readonly oneLiners: readonly ComparisonSummary[];
}

export function describeIssue(comparisons: readonly Comparison[], detail: Detail): IssueSummary {
  const summaries = comparisons.map((comparison, index) => {
    const isLead = index === 0;
    const quoteLength = Math.min(detail.quoteLength, isLead ? longestQuote : longestBriefQuote);
    return describeComparison(comparison, quoteLength, isLead);
  });
  return { sections: summaries.slice(0, detail.sections), oneLiners: summaries.slice(detail.sections) };
}

function describeComparison(comparison: Comparison, quoteLength: number, isLead: boolean): ComparisonSummary {
  const tools = comparison.tools.map((tool) => describeTool(tool, isLead)) as [ToolSummary, ToolSummary];
  const split = reviewerSplit(comparison);
  const rows = describeReviewers(split, tools, quoteLength, isLead);
  const quotes = rows.flatMap((row) => [row.pullQuote, ...row.quotes]).filter((quote) => quote !== null);
  const reviews = split.flatMap((row) => row.reviews).filter((review) => review !== null);
  const isMore = quotes.length < reviews.length || quotes.some((quote) => quote.cut);
  return {
    slug: comparison.slug,
    url: comparison.url,
    headline: oneLine(verdictHeadline(comparison)),
    tools,
    pricingRead: oneLine(pricingRead(comparison.tools)),
    splitSummary: describeSplit(split, tools),
    // A brief comparison has one link for everything; in the lead each quote that was cut has its own.
    rows: isLead ? rows : rows.map(withoutLinks),
    linkText: isMore && !isLead ? 'The full comparison, with every quote' : 'The full comparison',
  };
}

function withoutLinks(row: ReviewerRow): ReviewerRow {
  const pullQuote = row.pullQuote === null ? null : { ...row.pullQuote, cut: false };
  return { ...row, pullQuote, quotes: row.quotes.map((quote) => ({ ...quote, cut: false })) };
}
