import { isDeepStrictEqual } from 'node:util';
import { visibleLine } from '../text.ts';
import type { Comparison, Tool } from './comparison.ts';

/** What became different at the site since a comparison was taken into an issue. */
export interface SourceChange {
  /** As taken into the issue. */
  readonly slug: string;
  /** As it stands, which edits made under the old slug mean. */
  readonly slugNow: string;
  /** It is gone, or no longer published: it cannot stay in a draft. */
  readonly retracted: boolean;
  /** Each a phrase: "entry price of Larkspur: $24/mo, now $29/mo". */
  readonly what: readonly string[];
}

/**
 * What changed between a comparison as taken and as it stands (`null`: gone, or unreadable) at an instant; null when
 * nothing did. Names, prices, links, reviews and publication count. Votes and the time of the price check do not: they
 * change by the hour.
 */
export function changeOf(taken: Comparison, current: Comparison | null, now: Date): SourceChange | null {
  const { slug } = taken;
  const retracted = (why: string) => ({
    ...{ slug, slugNow: current?.slug ?? slug, retracted: true, what: [`retracted: ${why}`] },
  });
  if (current === null) return retracted('it is gone from the site, or can no longer be read');
  const published = Date.parse(current.publishedAt);
  // Not by the time alone: a clock that went back has retracted nothing.
  const isPublishedAnew = published !== Date.parse(taken.publishedAt);
  if (isPublishedAnew && published > now.getTime()) return retracted('it is no longer published');
  const what = [
    ...difference('slug', taken.slug, current.slug),
    ...difference('link', taken.url, current.url),
    ...(isPublishedAnew ? difference('published', taken.publishedAt, current.publishedAt) : []),
    ...toolChanges(taken.tools[0], current.tools[0]),
    ...toolChanges(taken.tools[1], current.tools[1]),
  ];
  return what.length === 0 ? null : { slug, slugNow: current.slug, retracted: false, what };
}

function toolChanges(taken: Tool, current: Tool): string[] {
  const { name } = current;
  return [
    ...difference('name', taken.name, name),
    ...difference(`entry price of ${name}`, taken.entryPrice, current.entryPrice),
    ...difference(`link of ${name}`, taken.url ?? 'none', current.url ?? 'none'),
    ...(isDeepStrictEqual(reviewsOf(taken), reviewsOf(current)) ? [] : [`reviews of ${name}`]),
  ];
}

const difference = (what: string, taken: string, current: string): string[] =>
  taken === current ? [] : [`${what}: ${taken}, now ${current}`];

/** By reviewer: their order means nothing. */
const reviewsOf = ({ reviews }: Tool) =>
  Object.fromEntries(reviews.map(({ reviewer, verdict, quote }) => [reviewer, [verdict, quote]]));

export const toolNames = (comparisons: readonly Comparison[]): readonly string[] => [
  ...new Set(comparisons.flatMap(({ tools }) => tools.map(({ name }) => name))),
];

/**
 * Of the names of tools that an issue had, those that it has no longer and that a text still names: as whole words in
 * Latin, Greek or Cyrillic script, anywhere in others, in capitals or not. Where "Larkspur Pro" is in the issue, it
 * does not name "Larkspur".
 */
export function lostNames(had: readonly string[], has: readonly string[], text: string): readonly string[] {
  const stays = has.map(comparable).toSorted((a, b) => b.length - a.length);
  const rest = stays.reduce((left, name) => withoutName(left, name), comparable(text));
  return had.filter(
    (name) => !stays.includes(comparable(name)) && withoutName(rest, comparable(name)) !== rest,
  );
}

const comparable = (text: string) => visibleLine(text).normalize('NFKC').toLowerCase();

const letter = String.raw`[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]`;
const beginsInWord = new RegExp(`^${letter}`, 'u');
const endsInWord = new RegExp(`${letter}\\p{M}*$`, 'u');

/** The text with a name replaced by a mark, wherever it stands for itself. */
function withoutName(text: string, name: string): string {
  if (name === '') return text;
  const parts = text.split(name);
  return parts.reduce((before, after) => {
    const isPart =
      (beginsInWord.test(name) && endsInWord.test(before)) ||
      (endsInWord.test(name) && beginsInWord.test(after));
    return `${before}${isPart ? name : '\0'}${after}`;
  });
}
