import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommunityVotes, Comparison, Tool } from '../../../../src/domain/comparison/comparison.ts';
import { decideVerdict, type Verdict, verdictHeadline } from '../../../../src/domain/comparison/verdict.ts';
import { comparisonArbitrary } from '../../../support/content/arbitraries.ts';
import { pairOf, panel, swapped } from '../../../support/content/fixtures.ts';

const votes = (ship: number, skip: number): CommunityVotes => ({ ship, skip });

const first: Verdict = { kind: 'winner', winner: 0 };
const second: Verdict = { kind: 'winner', winner: 1 };
const both: Verdict = { kind: 'both' };

describe('the verdict by the panel', () => {
  test.each<[string, string, Verdict]>([
    ['ship', '', { kind: 'none' }],
    ['', '', { kind: 'none' }],
    ['', 'skip skip', { kind: 'none' }],
    ['skip skip skip', 'ship skip skip', { kind: 'neither' }],
    ['ship skip', 'skip skip', first],
    ['ship skip skip', 'ship skip', second],
    ['ship ship ship skip', 'ship ship skip skip', first],
    ['ship ship skip', 'ship ship ship ship ship skip', second],
    ['ship skip', 'ship ship skip skip', both],
  ])('of %o against %o', (a, b, verdict) => {
    expect(decideVerdict(pairOf({ reviews: panel(a) }, { reviews: panel(b) }))).toEqual(verdict);
  });

  test('is not changed by the community unless the panel is tied', () => {
    const pair = pairOf(
      { reviews: panel('ship ship'), communityVotes: votes(0, 1000) },
      { reviews: panel('ship skip'), communityVotes: votes(1000, 0) },
    );
    expect(decideVerdict(pair)).toEqual(first);
  });

  test('stays "neither" at a tie below one half, however many votes one tool has', () => {
    const pair = pairOf(
      { reviews: panel('ship skip skip'), communityVotes: votes(1000, 0) },
      { reviews: panel('ship skip skip'), communityVotes: votes(0, 1000) },
    );
    expect(decideVerdict(pair)).toEqual({ kind: 'neither' });
  });
});

describe('a tie of the panel', () => {
  const tie = (a: CommunityVotes | null, b: CommunityVotes | null) =>
    decideVerdict(
      pairOf(
        { reviews: panel('ship ship skip'), communityVotes: a },
        { reviews: panel('ship skip ship'), communityVotes: b },
      ),
    );

  test.each<[CommunityVotes | null, CommunityVotes | null, Verdict]>([
    [votes(10, 0), votes(9, 1), first],
    [votes(9, 1), votes(10, 0), second],
    [votes(9, 0), votes(10, 5), both],
    [votes(10, 5), votes(9, 0), both],
    [votes(0, 10), votes(1, 9), second],
    [votes(5, 5), votes(500, 500), both],
    [votes(100, 0), null, both],
    [null, null, both],
    [votes(0, 0), votes(0, 0), both],
  ])('with votes %o and %o', (a, b, verdict) => {
    expect(tie(a, b)).toEqual(verdict);
  });
});

test('the headline says which tool to ship', () => {
  const reviews = { won: panel('ship'), lost: panel('skip') };
  expect(verdictHeadline(pairOf({ name: 'Ada', reviews: reviews.won }, { reviews: reviews.lost }))).toBe(
    'Ship Ada',
  );
  expect(verdictHeadline(pairOf({ reviews: reviews.won }, { reviews: reviews.won }))).toBe('Both ship');
  expect(verdictHeadline(pairOf({ reviews: reviews.lost }, { reviews: reviews.lost }))).toBe('Skip both');
  expect(verdictHeadline(pairOf({ reviews: reviews.lost }, {}))).toBe('No verdict yet');
});

describe('for any comparison', () => {
  test('the verdict follows the written rules', () => {
    fc.assert(
      fc.property(comparisonArbitrary, (pair) => {
        expect(decideVerdict(pair)).toEqual(byTheBook(pair));
      }),
      {
        numRuns: 500,
      },
    );
  });

  test('swapping the tools swaps the winner and changes nothing else', () => {
    fc.assert(
      fc.property(comparisonArbitrary, (pair) => {
        const verdict = decideVerdict(pair);
        const expected = verdict.kind === 'winner' ? { kind: 'winner', winner: 1 - verdict.winner } : verdict;
        expect(decideVerdict(swapped(pair))).toEqual(expected);
      }),
    );
  });

  test('one more ship for the winner does not take the win away', () => {
    fc.assert(
      fc.property(comparisonArbitrary, (pair) => {
        const verdict = decideVerdict(pair);
        if (verdict.kind !== 'winner') return;
        const winner = pair.tools[verdict.winner];
        const better = { ...winner, reviews: [...winner.reviews, ...panel('ship')] };
        const tools: [Tool, Tool] = verdict.winner === 0 ? [better, pair.tools[1]] : [pair.tools[0], better];
        expect(decideVerdict({ ...pair, tools })).toEqual(verdict);
      }),
    );
  });

  test('the order of the reviews does not matter', () => {
    fc.assert(
      fc.property(comparisonArbitrary, (pair) => {
        const reversed = (tool: Tool): Tool => ({ ...tool, reviews: tool.reviews.toReversed() });
        const tools: [Tool, Tool] = [reversed(pair.tools[0]), reversed(pair.tools[1])];
        expect(decideVerdict({ ...pair, tools })).toEqual(decideVerdict(pair));
      }),
    );
  });
});

/** The rules of docs/verdict.md again, with a common denominator instead of cross products. */
function byTheBook({ tools }: Comparison): Verdict {
  const [a, b] = tools.map((tool) => tool.reviews.filter((review) => review.verdict === 'ship').length) as [
    number,
    number,
  ];
  const [ofA, ofB] = [tools[0].reviews.length, tools[1].reviews.length];
  if (ofA === 0 || ofB === 0) return { kind: 'none' };
  const [halfA, halfB] = [a >= ofA - a, b >= ofB - b];
  if (!halfA && !halfB) return { kind: 'neither' };
  if (halfA && !halfB) return first;
  if (halfB && !halfA) return second;
  const common = 60; // up to six reviews a tool: 1…6 all divide it
  if ((a * common) / ofA !== (b * common) / ofB)
    return (a * common) / ofA > (b * common) / ofB ? first : second;
  const [votesA, votesB] = [tools[0].communityVotes, tools[1].communityVotes];
  if (votesA === null || votesB === null) return both;
  const [allA, allB] = [votesA.ship + votesA.skip, votesB.ship + votesB.skip];
  if (allA < 10 || allB < 10) return both;
  const lead = BigInt(votesA.ship) * BigInt(allB) - BigInt(votesB.ship) * BigInt(allA);
  return lead === 0n ? both : lead > 0n ? first : second;
}
