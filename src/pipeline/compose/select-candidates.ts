import { subDays } from 'date-fns/subDays';
import type { Queryable } from '../../db/client.ts';
import { readCandidates } from '../../db/queries/issue/comparisons.ts';
import type { Comparison } from '../../domain/comparison/comparison.ts';
import { parseComparison } from '../../domain/comparison/schema.ts';

/** Older than this, a comparison is no longer news. */
const maxAgeDays = 28;

export interface Candidates {
  readonly comparisons: readonly Comparison[];
  readonly idBySlug: ReadonlyMap<string, number>;
  /** Left out of this issue, with the reason; a later issue may take them. */
  readonly leftOut: readonly { readonly slug: string; readonly reason: string }[];
}

/**
 * The comparisons an issue may take: published within the 28 days before the cutoff, in no other issue but a
 * cancelled or missed one, prices checked within `maxPriceAgeDays`. The tables are untrusted: a row that does not parse is left out. Reads only.
 */
export async function selectCandidates(
  db: Queryable,
  options: { readonly cutoff: Date; readonly exceptIssue: number | null; readonly maxPriceAgeDays: number },
): Promise<Candidates> {
  const { cutoff, exceptIssue, maxPriceAgeDays } = options;
  const stored = await readCandidates(db, { after: subDays(cutoff, maxAgeDays), until: cutoff, exceptIssue });
  const comparisons: Comparison[] = [];
  const leftOut: { slug: string; reason: string }[] = [];
  for (const row of stored) {
    const parsed = parseComparison(row.value);
    if (!parsed.ok) {
      const [fault] = parsed.faults;
      leftOut.push({ slug: row.slug, reason: `${fault?.path}: ${fault?.message}` });
    } else if (isStale(parsed.comparison, cutoff, maxPriceAgeDays)) {
      leftOut.push({ slug: row.slug, reason: `prices were checked over ${maxPriceAgeDays} days ago` });
    } else {
      comparisons.push(parsed.comparison);
    }
  }
  return { comparisons, leftOut, idBySlug: new Map(stored.map((row) => [row.slug, row.id])) };
}

function isStale({ pricesCheckedAt }: Comparison, cutoff: Date, maxPriceAgeDays: number): boolean {
  return pricesCheckedAt !== null && Date.parse(pricesCheckedAt) < subDays(cutoff, maxPriceAgeDays).getTime();
}
