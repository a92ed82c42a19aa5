/** How much of an issue is shown, so that its html stays within the size budget. */
export interface Detail {
  /** Longest quote, in UTF-16 code units; 0 shows no quotes. */
  readonly quoteLength: number;
  /** How many comparisons, from the first, get a section of their own; the others get one line each. */
  readonly sections: number;
}

/** Beyond this a quote is an essay and is cut even where there is space. */
export const longestQuote = 2_000;

/** In a comparison other than the lead: a sentence or two; the rest is behind the link. */
export const longestBriefQuote = 180;

/** In a comparison other than the lead only this many reviewers are quoted, those who break ranks first. */
export const maxBriefReviewers = 4;

/** A quote right under its row stays this short; the lead repeats a longer one in full further down. */
export const longestPullQuote = 240;

/** One or two sentences. */
export const longestDescription = 320;

/** Where a name is only a label (column heading, next to a quote); elsewhere it appears in full. */
export const longestLabel = 48;
