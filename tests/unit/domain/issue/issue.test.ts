import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../../src/domain/comparison/comparison.ts';
import { countDiffering } from '../../../../src/domain/comparison/reviewer-split.ts';
import {
  arrange,
  byLead,
  defaultPreheader,
  defaultSubject,
  heldForOutcomes,
} from '../../../../src/domain/issue/issue.ts';
import { comparisonsArbitrary } from '../../../support/content/arbitraries.ts';
import { pairOf, panel } from '../../../support/content/fixtures.ts';

const graphemes = (text: string) =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map((part) => part.segment);

function published(slug: string, day: number, differing = 0): Comparison {
  const [a, b] = [Array(4).fill('ship'), Array(4).fill('ship').fill('skip', 0, differing)];
  return pairOf(
    { reviews: panel(a.join(' ')) },
    { reviews: panel(b.join(' ')) },
    { slug, publishedAt: new Date(Date.UTC(2026, 10, day)).toISOString() },
  );
}

const slugs = (comparisons: readonly Comparison[]) => comparisons.map((comparison) => comparison.slug);

describe('the order of an issue', () => {
  test('leads with the most reviewers who differ, then the newest, then the slug', () => {
    const all = [
      published('quiet-new', 20),
      published('split-old', 10, 3),
      published('b-twin', 12, 1),
      published('a-twin', 12, 1),
      published('split-older', 9, 3),
    ];
    expect(slugs(all.toSorted(byLead))).toEqual([
      'split-old',
      'split-older',
      'a-twin',
      'b-twin',
      'quiet-new',
    ]);
  });

  test('compares instants, not the text of dates', () => {
    const earlier = { ...published('earlier', 1), publishedAt: '2026-11-18T23:30:00-05:00' };
    const later = { ...published('later', 1), publishedAt: '2026-11-19T04:31:00Z' };
    expect(slugs([earlier, later].toSorted(byLead))).toEqual(['later', 'earlier']);
  });

  test('is the same whatever order the database returns', () => {
    fc.assert(
      fc.property(comparisonsArbitrary(8), fc.nat(7), (all, turn) => {
        const turned = [...all.slice(turn), ...all.slice(0, turn)].toReversed();
        expect(slugs(turned.toSorted(byLead))).toEqual(slugs(all.toSorted(byLead)));
        expect(slugs(arrange(turned, {}, 5))).toEqual(slugs(arrange(all, {}, 5)));
      }),
    );
  });
});

describe('arranging an issue', () => {
  const all = [
    published('mon', 16, 1),
    published('tue', 17),
    published('wed', 18, 2),
    published('thu', 19),
    published('fri', 20),
  ];

  test('without edits puts the lead first', () => {
    expect(slugs(arrange(all, {}, 12))).toEqual(['wed', 'mon', 'fri', 'thu', 'tue']);
  });

  test('keeps the newest if there are too many, whatever the split of an older one', () => {
    expect(slugs(arrange(all, {}, 2))).toEqual(['fri', 'thu']);
    expect(slugs(arrange(all, {}, 3))).toEqual(['wed', 'fri', 'thu']);
  });

  test('of several published at the same time keeps the first by slug', () => {
    const twins = [published('b', 16), published('a', 16), published('c', 16)];
    expect(slugs(arrange(twins, {}, 2))).toEqual(['a', 'b']);
    expect(slugs(arrange(twins.toReversed(), {}, 1))).toEqual(['a']);
  });

  test("puts the editor's order first and never drops those comparisons for their age", () => {
    expect(slugs(arrange(all, { order: ['tue', 'mon'] }, 12))).toEqual(['tue', 'mon', 'wed', 'fri', 'thu']);
    expect(slugs(arrange(all, { order: ['mon'] }, 2))).toEqual(['mon', 'fri']);
  });

  test('drops what the editor drops, even if the order names it', () => {
    expect(slugs(arrange(all, { drop: ['wed', 'unknown'], order: ['wed', 'ghost', 'tue'] }, 12))).toEqual([
      'tue',
      'mon',
      'fri',
      'thu',
    ]);
  });

  test('without comparisons is empty', () => {
    expect(arrange([], { order: ['a'], drop: ['b'] }, 12)).toEqual([]);
    expect(arrange(all, { drop: slugs(all) }, 12)).toEqual([]);
  });

  test('adds and repeats nothing, stays within the limit and does not change its input', () => {
    fc.assert(
      fc.property(
        comparisonsArbitrary(8),
        fc.array(fc.nat(9)),
        fc.array(fc.nat(9)),
        fc.nat(9),
        (all, toOrder, toDrop, max) => {
          const before = structuredClone(all);
          const pick = (indices: number[]) => indices.map((index) => all[index]?.slug ?? `ghost-${index}`);
          const [order, drop] = [pick(toOrder), pick(toDrop)];
          const chosen = arrange(all, { order, drop }, max);
          expect(all).toEqual(before);
          expect(chosen.length).toBe(Math.min(max, all.filter(({ slug }) => !drop.includes(slug)).length));
          expect(new Set(slugs(chosen)).size).toBe(chosen.length);
          expect(chosen.every((comparison) => all.includes(comparison))).toBe(true);
          const free = chosen.filter(({ slug }) => !order.includes(slug));
          expect(chosen.slice(chosen.length - free.length)).toEqual(free);
          expect(free.map(countDiffering)).toEqual(free.map(countDiffering).toSorted((a, b) => b - a));
        },
      ),
    );
  });
});

describe('the default subject and preheader', () => {
  const lead = pairOf(
    { name: 'Ada', tagline: 'Writes programs', reviews: panel('ship') },
    { name: 'Bee', tagline: 'Reads them!', reviews: panel('skip') },
  );

  test('name the lead, its verdict and what else is inside', () => {
    expect(defaultSubject([lead])).toBe('Ada vs Bee: Ship Ada');
    expect(
      defaultPreheader([lead, pairOf({ name: 'C' }, { name: 'D' }), pairOf({ name: 'E' }, { name: 'F' })]),
    ).toBe('Also this week: C vs D, E vs F.');
  });

  test('introduce a single comparison by both taglines, each as a sentence', () => {
    expect(defaultPreheader([lead])).toBe('Writes programs. Against: Reads them!');
    const marked = pairOf({ tagline: 'Wow! It works' }, { tagline: 'Costs 5 €' });
    expect(defaultPreheader([marked])).toBe('Wow! It works. Against: Costs 5 €');
  });

  test('are as long as they may be', () => {
    const long = pairOf({ name: 'A'.repeat(90), tagline: 'B'.repeat(200) }, { tagline: 'C' });
    expect(defaultSubject([long])).toHaveLength(78);
    expect(defaultPreheader([long])).toHaveLength(140);
  });

  test('are empty for an empty issue', () => {
    expect(defaultSubject([])).toBe('');
    expect(defaultPreheader([])).toBe('');
  });

  test('are one line and within their lengths for any comparisons', () => {
    fc.assert(
      fc.property(comparisonsArbitrary(4), (all) => {
        for (const [line, max] of [
          [defaultSubject(all), 78],
          [defaultPreheader(all), 140],
        ] as const) {
          expect(line).not.toMatch(/[\r\n\t]/);
          expect(graphemes(line).length).toBeLessThanOrEqual(max);
          expect(line.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

test('an issue that waits for outcomes says for how many', () => {
  expect(heldForOutcomes(2)).toBe(
    '2 batch(es) wait for a person: their outcome is not known or cannot be booked.',
  );
});
