import type { Comparison } from '../domain/comparison/comparison.ts';
import type { PairDraft, ToolDraft } from './draft.ts';
import { lastWeek } from './last-week.ts';
import { thisWeek } from './this-week.ts';
import { weekBeforeLast } from './week-before-last.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekMs = 7 * dayMs;

/**
 * Ten invented comparisons, published in this ISO week (UTC), before today's midnight, and in the two weeks before:
 * never after `now`, never more than 21 days before it, and the same all day. Prices were checked a day before
 * publication.
 */
export function sampleComparisons(now: Date): Comparison[] {
  const monday = mondayBefore(now.getTime());
  return [
    ...spread(thisWeek, monday, Math.floor(now.getTime() / dayMs) * dayMs),
    ...spread(lastWeek, monday - weekMs, monday),
    ...spread(weekBeforeLast, monday - 2 * weekMs, monday - weekMs),
  ];
}

/** Publishes the pairs at even intervals between two times, the first pair last, on whole minutes. */
function spread(pairs: readonly PairDraft[], from: number, to: number): Comparison[] {
  return pairs.map((pair, index) => {
    const share = (pairs.length - index) / (pairs.length + 1);
    const published = from + Math.floor(((to - from) * share) / minuteMs) * minuteMs;
    return publish(pair, new Date(published));
  });
}

function publish([first, second]: PairDraft, published: Date): Comparison {
  const slug = `${first.slug}-vs-${second.slug}`;
  return {
    slug,
    url: `https://verdicts.example/compare/${slug}`,
    publishedAt: published.toISOString(),
    pricesCheckedAt: new Date(published.getTime() - dayMs).toISOString(),
    tools: [withUrl(first), withUrl(second)],
  };
}

const withUrl = (tool: ToolDraft) => ({ ...tool, url: `https://verdicts.example/tools/${tool.slug}` });

function mondayBefore(time: number): number {
  // 5 January 1970 was the first Monday of the epoch.
  return Math.floor((time - 4 * dayMs) / weekMs) * weekMs + 4 * dayMs;
}
