import { expect, it } from 'vitest';
import { newestOfEachPair, pairKey } from '../../../../src/domain/comparison/pair.ts';
import { aComparison, aTool, swapped } from '../../../support/content/fixtures.ts';

const of = (slug: string, publishedAt: string) => aComparison({ slug, publishedAt });
const old = of('old', '2026-11-18T09:00:00Z');
const recent = swapped(of('recent', '2026-11-20T09:00:00Z'));
const other = aComparison({ slug: 'other', tools: [aTool(), aTool({ slug: 'third' })] });

it('a pair is the same two tools in either order', () => {
  expect(pairKey(old)).toBe(pairKey(recent));
  expect(pairKey(old)).not.toBe(pairKey(other));
});

it('two pairs whose slugs would run together are different', () => {
  const pair = (a: string, b: string) => aComparison({ tools: [aTool({ slug: a }), aTool({ slug: b })] });
  expect(pairKey(pair('a', 'bc'))).not.toBe(pairKey(pair('ab', 'c')));
});

it('of comparisons of the same two tools, in either order, the newest is taken', () => {
  expect(newestOfEachPair([old, other, recent])).toEqual({ newest: [other, recent], older: [old] });
  expect(newestOfEachPair([recent, other, old])).toEqual({ newest: [recent, other], older: [old] });
});

it('of those published at the same time, the first by slug is taken, in whatever order they come', () => {
  const [a, b] = [of('a', old.publishedAt), swapped(of('b', old.publishedAt))];
  expect(newestOfEachPair([a, b]).newest).toEqual([a]);
  expect(newestOfEachPair([b, a]).newest).toEqual([a]);
});
