import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reviewerName } from '../../../../src/domain/comparison/comparison.ts';
import { countDiffering, reviewerSplit } from '../../../../src/domain/comparison/reviewer-split.ts';
import { comparisonArbitrary } from '../../../support/content/arbitraries.ts';
import { pairOf, panel, swapped } from '../../../support/content/fixtures.ts';

const split = (a: string, b: string) => reviewerSplit(pairOf({ reviews: panel(a) }, { reviews: panel(b) }));

describe('who differs', () => {
  test('is whoever says ship for one tool and skip for the other', () => {
    const rows = split('ship ship skip skip', 'ship skip ship skip');
    expect(rows.filter((row) => row.differs).map((row) => row.reviewer)).toEqual(['skeptic', 'founder']);
  });

  test('does not include anyone who reviewed only one of the tools', () => {
    const rows = split('ship - skip', '- skip -');
    expect(rows.map((row) => [row.reviewer, row.differs])).toEqual([
      ['builder', false],
      ['founder', false],
      ['skeptic', false],
    ]);
    expect(rows.map((row) => row.reviews.map((review) => review?.verdict ?? null))).toEqual([
      ['ship', null],
      ['skip', null],
      [null, 'skip'],
    ]);
  });

  test('is an empty list when nobody reviewed anything', () => {
    expect(split('', '')).toEqual([]);
  });
});

describe('who stands alone', () => {
  const alone = (verdicts: string) => split(verdicts, '').find((row) => row.alone[0])?.reviewer ?? null;

  test.each([
    ['ship ship skip', 'founder'],
    ['skip ship skip', 'skeptic'],
    ['ship ship ship skip', 'futurist'],
    ['ship skip', null],
    ['ship', null],
    ['ship ship ship', null],
    ['ship ship skip skip', null],
    ['ship ship skip skip skip', null],
    ['skip skip skip skip ship', 'intern'],
  ])('of %o', (verdicts, reviewer) => {
    expect(alone(verdicts)).toBe(reviewer);
  });

  test('is decided for each tool separately', () => {
    const rows = split('ship skip ship', 'skip skip ship');
    expect(rows.map((row) => row.alone)).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ]);
  });
});

describe('for any comparison', () => {
  test('each reviewer has one row, and each review appears in one row', () => {
    fc.assert(
      fc.property(comparisonArbitrary, (pair) => {
        const rows = reviewerSplit(pair);
        expect(new Set(rows.map((row) => row.reviewer)).size).toBe(rows.length);
        for (const side of [0, 1] as const) {
          const shown = rows.map((row) => row.reviews[side]).filter((review) => review !== null);
          expect(new Set(shown)).toEqual(new Set(pair.tools[side].reviews));
        }
      }),
    );
  });

  test('at most one reviewer stands alone on a tool, and then the rest agree', () => {
    fc.assert(
      fc.property(comparisonArbitrary, (pair) => {
        const rows = reviewerSplit(pair);
        for (const side of [0, 1] as const) {
          const [lone, ...others] = rows.filter((row) => row.alone[side]);
          expect(others).toEqual([]);
          if (lone === undefined) continue;
          const rest = pair.tools[side].reviews.filter((review) => review.reviewer !== lone.reviewer);
          expect(rest.length).toBeGreaterThanOrEqual(2);
          expect(new Set(rest.map((review) => review.verdict)).size).toBe(1);
          expect(rest[0]?.verdict).not.toBe(lone.reviews[side]?.verdict);
        }
      }),
    );
  });

  test('swapping the tools changes neither who differs nor how many', () => {
    fc.assert(
      fc.property(comparisonArbitrary, (pair) => {
        const differing = (rows: ReturnType<typeof reviewerSplit>) =>
          new Set(rows.filter((row) => row.differs).map((row) => row.reviewer));
        expect(differing(reviewerSplit(swapped(pair)))).toEqual(differing(reviewerSplit(pair)));
        expect(countDiffering(swapped(pair))).toBe(countDiffering(pair));
      }),
    );
  });
});

test('reviewers are named in title case, the usual four with an article', () => {
  expect(['builder', 'skeptic', 'founder', 'futurist'].map(reviewerName)).toEqual([
    'The Builder',
    'The Skeptic',
    'The Founder',
    'The Futurist',
  ]);
  expect(['data-engineer', 'the_intern', 'constructor', 'v2'].map(reviewerName)).toEqual([
    'Data Engineer',
    'The Intern',
    'Constructor',
    'V2',
  ]);
});
