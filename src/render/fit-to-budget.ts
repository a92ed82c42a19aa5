import { type Fit, longestQuote } from '../domain/wording/lengths.ts';

/** Shorter than this a quote says nothing; then comparisons become single lines instead. */
const shortestQuote = 100;

/**
 * The fullest rendering whose html is within the budget: first shorter quotes, then fewer comparisons told (the
 * space so won goes back to the quotes), at last no quotes at all. Where nothing fits, the smallest there is;
 * preflight refuses it. One render where everything fits, else about ten.
 */
export function fitToBudget<Rendering extends { readonly html: string }>(
  render: (fit: Fit) => Rendering,
  comparisons: number,
  budgetBytes: number,
): Rendering {
  const attempt = (fit: Fit): Rendering | null => {
    const rendering = render(fit);
    return Buffer.byteLength(rendering.html) <= budgetBytes ? rendering : null;
  };
  const full = attempt({ quoteLength: longestQuote, told: comparisons });
  if (full !== null) return full;

  const most = largest(0, comparisons, (told) => attempt({ quoteLength: shortestQuote, told }));
  if (most !== null && most.at > 0) {
    const told = most.at;
    const best = largest(shortestQuote, longestQuote, (quoteLength) => attempt({ quoteLength, told }));
    if (best !== null) return best.found;
  }
  const bare = largest(0, comparisons, (told) => attempt({ quoteLength: 0, told }));
  return bare?.found ?? render({ quoteLength: 0, told: 0 });
}

/** Binary search for the largest number in [low, high] with a result; `null` when even `low` has none. */
function largest<Found>(
  low: number,
  high: number,
  attempt: (at: number) => Found | null,
): { readonly at: number; readonly found: Found } | null {
  let best: { at: number; found: Found } | null = null;
  while (low <= high) {
    const at = Math.floor((low + high) / 2);
    const found = attempt(at);
    if (found === null) high = at - 1;
    else {
      best = { at, found };
      low = at + 1;
    }
  }
  return best;
}
