import type { Fit } from '../../emails/_components/fit.ts';

/** Shorter than this a quote says nothing; then comparisons become single lines instead. */
const shortestQuote = 100;
const longestQuote = 2_000;

export interface Fitted {
  readonly html: string;
  readonly fit: Fit;
}

/**
 * The fullest fit whose html is within the budget: first shorter quotes, then fewer comparisons told (the
 * space so won goes back to the quotes), at last no quotes at all. Where nothing fits, the smallest there is;
 * preflight refuses it. About ten renders, a few milliseconds each.
 */
export function fitToBudget(render: (fit: Fit) => string, comparisons: number, budgetBytes: number): Fitted {
  const attempt = (fit: Fit): Fitted | null => {
    const html = render(fit);
    return Buffer.byteLength(html) <= budgetBytes ? { html, fit } : null;
  };
  const full = attempt({ quoteLength: longestQuote, told: comparisons });
  if (full !== null) return full;

  const most = largest(0, comparisons, (told) => attempt({ quoteLength: shortestQuote, told }));
  const told = most?.fit.told ?? 0;
  if (told > 0) {
    const best = largest(shortestQuote, longestQuote, (quoteLength) => attempt({ quoteLength, told }));
    if (best !== null) return best;
  }
  const bare = largest(0, comparisons, (count) => attempt({ quoteLength: 0, told: count }));
  if (bare !== null) return bare;
  const least: Fit = { quoteLength: 0, told: 0 };
  return { html: render(least), fit: least };
}

/** Binary search for the largest number in [low, high] with a result; `null` when even `low` has none. */
function largest(low: number, high: number, attempt: (at: number) => Fitted | null): Fitted | null {
  let best: Fitted | null = null;
  while (low <= high) {
    const at = Math.floor((low + high) / 2);
    const fitted = attempt(at);
    if (fitted === null) high = at - 1;
    else {
      best = fitted;
      low = at + 1;
    }
  }
  return best;
}
