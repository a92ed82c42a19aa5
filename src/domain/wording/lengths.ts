/** How much of an issue is said, so that its html stays within the size budget. */
export interface Fit {
  /** Longest quote, in UTF-16 code units; 0 shows no quotes. */
  readonly quoteLength: number;
  /** So many comparisons, from the first, with their box score; the others in one line each. */
  readonly told: number;
}

/** Beyond this a quote is an essay and is cut even where there is room. */
export const longestQuote = 2_000;

/** In a comparison that is not the lead: a sentence or two, the rest is behind its link. */
export const briefQuote = 180;

/** So many reviewers are quoted in a comparison that is not the lead, who break ranks first. */
export const briefReviewers = 4;

/** A quote set under its row stays this short; the lead tells a longer one in full below. */
export const sharpQuote = 240;

/** One or two sentences. */
export const longestDescription = 320;

/** Where a name is only a label (column heading, beside a quote); it stands in full elsewhere. */
export const longestLabel = 48;
