import { describe, expect, test } from 'vitest';
import { longestBriefQuote, longestQuote } from '../../../../src/domain/wording/detail.ts';
import { type ComparisonSummary, describeIssue } from '../../../../src/domain/wording/issue-summary.ts';
import { aComparison, aReview, pairOf, panel } from '../../../support/content/fixtures.ts';

const full = { quoteLength: longestQuote, sections: 12 };
const named = (...slugs: string[]) => slugs.map((slug) => aComparison({ slug }));
const slugs = (summaries: readonly ComparisonSummary[]) => summaries.map(({ slug }) => slug);
const quotesOf = (summary: ComparisonSummary | undefined) =>
  summary?.rows.flatMap((row) => (row.pullQuote === null ? row.quotes : [row.pullQuote, ...row.quotes])) ??
  [];

/** Two tools that one reviewer finds good, in these words. */
const pairQuoting = (...[first, second]: [string, string?]) =>
  pairOf(
    { reviews: [aReview('builder', 'ship', first)] },
    { reviews: second === undefined ? [] : [aReview('builder', 'ship', second)] },
  );

/** The same comparison as the lead and as the second. */
function inBothPlaces(comparison: Parameters<typeof describeIssue>[0][number], quoteLength = longestQuote) {
  const { sections } = describeIssue([comparison, comparison], { quoteLength, sections: 2 });
  return { lead: sections[0], brief: sections[1] };
}

describe('an issue', () => {
  test('has as many sections as there is space for, and one line for each other comparison', () => {
    const summary = describeIssue(named('a', 'b', 'c'), { ...full, sections: 2 });
    expect([slugs(summary.sections), slugs(summary.oneLiners)]).toEqual([['a', 'b'], ['c']]);
  });

  test('says the same about a comparison wherever it is', () => {
    const { lead, brief } = inBothPlaces(aComparison());
    for (const summary of [lead, brief])
      expect(summary).toMatchObject({
        slug: 'plumb-vs-lintel',
        url: 'https://site.example/compare/plumb-vs-lintel',
        headline: 'Ship Plumb',
        tools: [{ name: 'Plumb' }, { name: 'Lintel' }],
        pricingRead: 'Lintel is free to start; Plumb is not ($20/mo).',
        splitSummary: expect.stringContaining('The Skeptic and The Founder judge the two differently.'),
      });
  });

  test('describes the tools of its lead only', () => {
    const { lead, brief } = inBothPlaces(aComparison());
    expect(lead?.tools[0].description).not.toBe('');
    expect(brief?.tools[0].description).toBe('');
  });

  test('keeps a name with a line break on one line', () => {
    const { lead } = inBothPlaces(
      pairOf({ name: 'Plumb\nline', entryPrice: 'Free', reviews: panel('ship') }, { reviews: panel('skip') }),
    );
    expect(lead?.headline).toBe('Ship Plumb line');
    expect(lead?.pricingRead).toBe('Plumb line is free to start; B is paid.');
  });
});

describe('quotes', () => {
  const long = 'word '.repeat(longestQuote).trim();

  test('are longer in the lead than in a brief comparison', () => {
    const { lead, brief } = inBothPlaces(pairQuoting(long));
    const [inLead, inBrief] = [quotesOf(lead)[0]?.text.length ?? 0, quotesOf(brief)[0]?.text.length ?? 0];
    expect(inLead).toBeGreaterThan(longestQuote - 5);
    expect(inLead).toBeLessThanOrEqual(longestQuote);
    expect(inBrief).toBeGreaterThan(longestBriefQuote - 5);
    expect(inBrief).toBeLessThanOrEqual(longestBriefQuote);
  });

  test('are as short as the space demands', () => {
    const { lead, brief } = inBothPlaces(pairQuoting(long), 40);
    for (const summary of [lead, brief]) expect(quotesOf(summary)[0]?.text.length).toBeLessThanOrEqual(40);
  });

  test.each([
    ['which breaks ranks', pairOf({ reviews: panel('ship', 99) }, { reviews: panel('skip', 99) })],
    ['which does not', pairQuoting(long, long)],
  ])('that were cut have a link each in the lead, and none in a brief comparison: %s', (_, comparison) => {
    const { lead, brief } = inBothPlaces(comparison, 40);
    expect(quotesOf(lead).map((quote) => quote.cut)).toEqual([true, true]);
    expect(quotesOf(brief).map((quote) => quote.cut)).toEqual([false]);
  });
});

describe('the link of a comparison', () => {
  const everyQuote = 'The full comparison, with every quote';

  test.each([
    ['there are more quotes', pairQuoting('Good.', 'Good, too.'), everyQuote],
    ['a quote was cut', pairQuoting('word '.repeat(longestBriefQuote)), everyQuote],
    ['all quotes are there already', pairQuoting('Good.'), 'The full comparison'],
    ['nobody has reviewed it', pairOf({}, {}), 'The full comparison'],
  ])('in brief, where %s, is called so', (_, comparison, linkText) => {
    expect(inBothPlaces(comparison).brief?.linkText).toBe(linkText);
  });

  test('in the lead promises no more quotes, since each that was cut has its own link', () => {
    expect(inBothPlaces(pairQuoting('word '.repeat(longestQuote))).lead?.linkText).toBe(
      'The full comparison',
    );
  });
});
