import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEmailAddress } from '../../../src/domain/audience/email-address.ts';
import { pricingRead } from '../../../src/domain/comparison/pricing-read.ts';
import { countDiffering, reviewerSplit } from '../../../src/domain/comparison/reviewer-split.ts';
import { parseComparisons } from '../../../src/domain/comparison/schema.ts';
import { compareShares, panelShip } from '../../../src/domain/comparison/share.ts';
import { decideVerdict } from '../../../src/domain/comparison/verdict.ts';
import { byLead, defaultSubject } from '../../../src/domain/issue/issue.ts';
import { weekKeyOf } from '../../../src/domain/issue/week.ts';
import { sampleComparisons } from '../../../src/sample/comparisons.ts';
import { sampleSubscribers } from '../../../src/sample/subscribers.ts';

const now = new Date('2026-11-18T09:00:00Z');
const sample = sampleComparisons(now);
const tools = sample.flatMap((comparison) => comparison.tools);
const quotes = tools.flatMap((tool) => tool.reviews.map((review) => review.quote));
const dayMs = 86_400_000;

const anyNow = fc.oneof(
  fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
  fc.constantFrom(
    new Date('2026-11-23T00:00:00.000Z'),
    new Date('2026-11-23T00:00:59.999Z'),
    new Date('2026-11-23T00:05:00.000Z'),
    new Date('2026-11-22T23:59:59.999Z'),
    new Date('2027-01-01T00:00:00.000Z'),
  ),
);

describe('the sample comparisons', () => {
  test('are a valid import file at any time, and parse to themselves', () => {
    fc.assert(
      fc.property(anyNow, (now) => {
        const comparisons = sampleComparisons(now);
        expect(parseComparisons(JSON.parse(JSON.stringify({ comparisons })))).toEqual({
          ok: true,
          comparisons,
        });
      }),
      { numRuns: 400 },
    );
  });

  test('are never in the future and always candidates: from this week and the two before', () => {
    fc.assert(
      fc.property(anyNow, (now) => {
        const weeks = new Set<string>();
        for (const { publishedAt, pricesCheckedAt } of sampleComparisons(now)) {
          const published = new Date(publishedAt);
          weeks.add(weekKeyOf(published, 'UTC'));
          expect(published.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(now.getTime() - published.getTime()).toBeLessThan(21 * dayMs);
          expect(published.getTime() - Date.parse(String(pricesCheckedAt))).toBe(dayMs);
        }
        expect(weeks).toEqual(
          new Set([0, 7, 14].map((days) => weekKeyOf(new Date(now.getTime() - days * dayMs), 'UTC'))),
        );
      }),
      { numRuns: 400 },
    );
  });

  test('have the same lead at any time: a real split and a reviewer who stands alone', () => {
    fc.assert(
      fc.property(anyNow, (now) => {
        const [lead] = sampleComparisons(now).toSorted(byLead);
        expect(lead?.slug).toBe('thimblewright-vs-otterquill');
      }),
    );
    const [lead] = sample.toSorted(byLead);
    if (lead === undefined) throw new Error('no lead');
    expect(countDiffering(lead)).toBe(2);
    expect(reviewerSplit(lead).filter((row) => row.alone[0]).length).toBe(1);
    expect(defaultSubject([lead])).toBe('Thimblewright vs Otterquill: Ship Thimblewright');
  });

  test('show every kind of verdict, and a tie that only the community breaks', () => {
    const verdicts = sample.map(decideVerdict);
    expect(new Set(verdicts.map((verdict) => verdict.kind))).toEqual(
      new Set(['winner', 'both', 'neither', 'none']),
    );
    const tied = sample.filter(({ tools: [a, b] }) => {
      const [shipA, shipB] = [panelShip(a), panelShip(b)];
      return shipA !== null && shipB !== null && compareShares(shipA, shipB) === 0;
    });
    expect(tied.map((comparison) => decideVerdict(comparison).kind).toSorted()).toEqual(['both', 'winner']);
  });

  test('show missing votes, missing reviews and reviewers beyond the usual four', () => {
    expect(tools.some((tool) => tool.communityVotes === null)).toBe(true);
    expect(tools.some((tool) => tool.communityVotes?.ship === 0 && tool.communityVotes.skip === 0)).toBe(
      true,
    );
    const reviewed = sample.map(
      (comparison) => comparison.tools.filter((tool) => tool.reviews.length > 0).length,
    );
    expect(new Set(reviewed)).toEqual(new Set([0, 1, 2]));
    const reviewers = new Set(tools.flatMap((tool) => tool.reviews.map((review) => review.reviewer)));
    expect(reviewers).toContain('data-engineer');
  });

  test('show every kind of price', () => {
    const reads = sample.map((comparison) => pricingRead(comparison.tools));
    for (const kind of [
      /^Both are free to start\.$/,
      /is free to start; .* is paid\.$/,
      /^Both start at the same price: \$20\/mo and \$240\/yr\.$/,
      /is cheaper to start: .* per 1M tokens\.$/,
      /\(Contact sales\)\.$/,
      /lists “Free trial”\.$/,
      /^.* starts at .*, .* at .*\.$/,
    ]) {
      expect(reads.filter((read) => kind.test(read)).length, String(kind)).toBeGreaterThan(0);
    }
  });

  test('show long and odd text', () => {
    expect(tools.some((tool) => tool.name.length > 80)).toBe(true);
    expect(tools.some((tool) => /\p{Script=Hebrew}.*\p{Extended_Pictographic}/u.test(tool.name))).toBe(true);
    expect(quotes.some((quote) => quote.includes('<script>') && quote.includes('{{{READER}}}'))).toBe(true);
    expect(quotes.some((quote) => /^\p{Script=Hebrew}/u.test(quote))).toBe(true);
    expect(quotes.some((quote) => /\b(nicht|und)\b/.test(quote))).toBe(true);
  });

  test('repeat no quote, and none is longer than ninety words', () => {
    const distinct = new Set(tools).size;
    expect(distinct).toBe(tools.length);
    const bySlug = new Map(tools.map((tool) => [tool.slug, tool]));
    const all = [...bySlug.values()].flatMap((tool) => tool.reviews.map((review) => review.quote));
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((quote) => quote.split(/\s+/).length > 90)).toEqual([]);
  });

  test('link to reserved domains only', () => {
    for (const url of [...sample.map(({ url }) => url), ...tools.map((tool) => tool.url ?? '')]) {
      expect(new URL(url).hostname).toBe('verdicts.example');
    }
  });
});

describe('the sample subscribers', () => {
  test('are twenty-four, twenty of whom would be mailed', () => {
    const count = (status: string) => sampleSubscribers.filter((person) => person.status === status).length;
    expect(sampleSubscribers).toHaveLength(24);
    expect([count('confirmed'), count('pending'), count('unsubscribed')]).toEqual([21, 1, 2]);
    const suppressed = sampleSubscribers.filter((person) => person.suppressed);
    expect(suppressed.map((person) => [person.status, person.suppressed])).toEqual([
      ['confirmed', 'hard_bounce'],
    ]);
  });

  test('have unique addresses that parse to themselves, at domains that cannot receive mail', () => {
    for (const { email } of sampleSubscribers) {
      expect(parseEmailAddress(email)).toBe(email);
      expect(email).toMatch(/\.example$/);
    }
    expect(new Set(sampleSubscribers.map(({ email }) => email.toLowerCase())).size).toBe(24);
    expect(sampleSubscribers.some(({ email }) => email.includes('+'))).toBe(true);
    expect(sampleSubscribers.some(({ email }) => email.includes('@xn--'))).toBe(true);
  });
});
