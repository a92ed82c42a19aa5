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

/** Runs of white space and control characters become one space; lone surrogates, which no encoding has, U+FFFD. */
export function flat(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
const words = new Intl.Segmenter('en', { granularity: 'word' });

export interface Cut {
  readonly text: string;
  readonly cut: boolean;
}

/**
 * The text, or its beginning with "…" within `max` code units: up to a sentence end when that keeps at least
 * half, else up to a word end. Never ends inside a word; a first word that is too long leaves "…" alone.
 */
export function cutText(text: string, max: number): Cut {
  const whole = flat(text);
  if (whole.length <= max) return { text: whole, cut: false };
  // Segmenting is slow: one look at the part that can be kept, and the word it may end in.
  const head = whole.slice(0, max + 1);
  const sentence = lastBoundary(sentences, head, max - 2);
  if (sentence >= max / 2) return { text: `${whole.slice(0, sentence).trimEnd()} …`, cut: true };
  const word = lastBoundary(words, head, max - 1);
  const kept = whole.slice(0, word).replace(/[\s,;:–—-]+$/u, '');
  return { text: kept.endsWith('…') ? kept : `${kept}…`, cut: true };
}

function lastBoundary(segmenter: Intl.Segmenter, text: string, max: number): number {
  let boundary = 0;
  for (const { index } of segmenter.segment(text)) {
    if (index > max) break;
    boundary = index;
  }
  return boundary;
}
