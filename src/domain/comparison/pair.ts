import type { Comparison } from './comparison.ts';

/** The same for two comparisons of the same two tools, in either order. */
export const pairKey = ({ tools: [a, b] }: Comparison): string => [a.slug, b.slug].toSorted().join(' ');

/** Of comparisons of the same two tools the newest, and the others; both in the order given. */
export function newestOfEachPair(comparisons: readonly Comparison[]): {
  readonly newest: readonly Comparison[];
  readonly older: readonly Comparison[];
} {
  const newestOf = new Map<string, Comparison>();
  for (const comparison of comparisons) {
    const other = newestOf.get(pairKey(comparison));
    if (other === undefined || byPublication(comparison, other) < 0) {
      newestOf.set(pairKey(comparison), comparison);
    }
  }
  const isNewest = (comparison: Comparison) => newestOf.get(pairKey(comparison)) === comparison;
  return {
    newest: comparisons.filter(isNewest),
    older: comparisons.filter((comparison) => !isNewest(comparison)),
  };
}

/** The newest first; if that is a tie, the slug decides. */
const byPublication = (a: Comparison, b: Comparison) =>
  Date.parse(b.publishedAt) - Date.parse(a.publishedAt) || (a.slug < b.slug ? -1 : 1);
