import type { Comparison } from './comparison.ts';

/** The same for two comparisons of the same two tools, in either order. */
export const pairKey = ({ tools: [a, b] }: Comparison): string => [a.slug, b.slug].toSorted().join(' ');

/** Of comparisons with the same two tools the newest, and the others. */
export function newestOfEachPair(comparisons: readonly Comparison[]): {
  readonly newest: readonly Comparison[];
  readonly older: readonly Comparison[];
} {
  const seen = new Set<string>();
  const newest: Comparison[] = [];
  for (const comparison of comparisons.toSorted(byPublication)) {
    if (seen.has(pairKey(comparison))) continue;
    seen.add(pairKey(comparison));
    newest.push(comparison);
  }
  return {
    newest: comparisons.filter((comparison) => newest.includes(comparison)),
    older: comparisons.filter((comparison) => !newest.includes(comparison)),
  };
}

const byPublication = (a: Comparison, b: Comparison) =>
  Date.parse(b.publishedAt) - Date.parse(a.publishedAt) || (a.slug < b.slug ? -1 : 1);
