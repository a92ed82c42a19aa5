import { isDeepStrictEqual } from 'node:util';
import type { Comparison, Tool } from './comparison.ts';

/** What became different at the site since a comparison was taken into an issue. */
export interface SourceChange {
  readonly slug: string;
  /** It is gone, or no longer published: it cannot stay in a draft. */
  readonly retracted: boolean;
  /** Each a phrase: "entry price of Larkspur: $24/mo, now $29/mo". */
  readonly what: readonly string[];
}

/**
 * What changed between a comparison as taken and as it stands (`null`: gone) at an instant; null when nothing did.
 * Names, prices, links, reviews and publication count. Votes and the time of the price check do not: they change by
 * the hour.
 */
export function changeOf(taken: Comparison, current: Comparison | null, now: Date): SourceChange | null {
  const { slug } = taken;
  if (current === null) return { slug, retracted: true, what: ['it is gone from the site'] };
  if (new Date(current.publishedAt) > now) {
    return { slug, retracted: true, what: ['it is no longer published'] };
  }
  const what = [
    ...taken.tools.flatMap((tool, at) => toolChanges(tool, current.tools[at] as Tool)),
    ...(taken.url === current.url ? [] : [`link: ${taken.url}, now ${current.url}`]),
    ...(Date.parse(taken.publishedAt) === Date.parse(current.publishedAt)
      ? []
      : [`published ${taken.publishedAt}, now ${current.publishedAt}`]),
  ];
  return what.length === 0 ? null : { slug, retracted: false, what };
}

function toolChanges(taken: Tool, current: Tool): string[] {
  if (taken.slug !== current.slug) return [`tool: ${taken.name}, now ${current.name}`];
  return [
    ...(taken.name === current.name ? [] : [`name: ${taken.name}, now ${current.name}`]),
    ...(taken.entryPrice === current.entryPrice
      ? []
      : [`entry price of ${current.name}: ${taken.entryPrice}, now ${current.entryPrice}`]),
    ...(taken.url === current.url
      ? []
      : [`link of ${current.name}: ${taken.url ?? 'none'}, now ${current.url ?? 'none'}`]),
    ...(isDeepStrictEqual(reviewsOf(taken), reviewsOf(current)) ? [] : [`reviews of ${current.name}`]),
  ];
}

/** Without regard to their order, which means nothing. */
const reviewsOf = ({ reviews }: Tool) => reviews.toSorted((a, b) => (a.reviewer < b.reviewer ? -1 : 1));
