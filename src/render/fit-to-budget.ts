import { type Detail, longestQuote } from '../domain/wording/detail.ts';

/** A quote shorter than this says nothing; rather than cut further, show comparisons as one line each. */
const shortestQuote = 100;

/**
 * The fullest rendering whose html is within the budget: first with shorter quotes, then with fewer sections (longer
 * quotes again use the space that this frees), finally without quotes. If nothing fits, returns the smallest
 * rendering, which preflight refuses. One render if everything fits, otherwise about ten.
 */
export function fitToBudget<Rendering extends { readonly html: string }>(
  render: (detail: Detail) => Rendering,
  comparisons: number,
  budgetBytes: number,
): Rendering {
  const attempt = (detail: Detail): Rendering | null => {
    const rendering = render(detail);
    return Buffer.byteLength(rendering.html) <= budgetBytes ? rendering : null;
  };
  const full = attempt({ quoteLength: longestQuote, sections: comparisons });
  if (full !== null) return full;

  const most = largest(0, comparisons, (sections) => attempt({ quoteLength: shortestQuote, sections }));
  if (most !== null && most.at > 0) {
    const sections = most.at;
    const best = largest(shortestQuote, longestQuote, (quoteLength) => attempt({ quoteLength, sections }));
    if (best !== null) return best.found;
  }
  const bare = largest(0, comparisons, (sections) => attempt({ quoteLength: 0, sections }));
  return bare?.found ?? render({ quoteLength: 0, sections: 0 });
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
