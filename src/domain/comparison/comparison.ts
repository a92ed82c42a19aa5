/** What one reviewer says about one tool. */
export type ReviewVerdict = 'ship' | 'skip';

export interface Review {
  /** Any slug: `builder`, `the-intern`. */
  readonly reviewer: string;
  readonly verdict: ReviewVerdict;
  readonly quote: string;
}

/** Readers' votes on one tool; 0/0 and `null` both mean "no votes". */
export interface CommunityVotes {
  readonly ship: number;
  readonly skip: number;
}

export interface Tool {
  readonly slug: string;
  readonly name: string;
  readonly category: string;
  readonly tagline: string;
  readonly description: string;
  /** Label of the cheapest way in: `Free`, `Paid`, `$20/mo`. */
  readonly entryPrice: string;
  readonly url: string | null;
  readonly communityVotes: CommunityVotes | null;
  readonly reviews: readonly Review[];
}

/** Two different tools side by side; the content item of an issue. Times are ISO instants in UTC. */
export interface Comparison {
  readonly slug: string;
  readonly url: string;
  readonly publishedAt: string;
  readonly pricesCheckedAt: string | null;
  readonly tools: readonly [Tool, Tool];
}

const usualReviewers = new Set(['builder', 'skeptic', 'founder', 'futurist']);

/** `builder` → "The Builder", `data-engineer` → "Data Engineer". */
export function reviewerName(slug: string): string {
  const title = slug
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
  return usualReviewers.has(slug) ? `The ${title}` : title;
}
