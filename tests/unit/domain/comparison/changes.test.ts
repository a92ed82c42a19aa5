import { describe, expect, it } from 'vitest';
import { changeOf, lostNames, toolNames } from '../../../../src/domain/comparison/changes.ts';
import type { Comparison, Review, Tool } from '../../../../src/domain/comparison/comparison.ts';
import { aComparison, swapped } from '../../../support/content/fixtures.ts';

const now = new Date('2026-11-24T09:00:00Z');
const taken = aComparison();
const changed = (change: Partial<Comparison>) => changeOf(taken, { ...taken, ...change }, now);
const withTool = (change: Partial<Tool>) =>
  changed({ tools: [{ ...taken.tools[0], ...change }, taken.tools[1]] });
/** Plumb's reviews, the first of them changed. */
const withReview = (change: Partial<Review>) =>
  taken.tools[0].reviews.map((review, at) => (at === 0 ? { ...review, ...change } : review));

describe('what changed at the site', () => {
  it.each<[string, Partial<Tool>, string]>([
    ['an entry price', { entryPrice: '$25/mo' }, 'entry price of Plumb: $20/mo, now $25/mo'],
    ['a name', { name: 'Plumb 2' }, 'name: Plumb, now Plumb 2'],
    ['the link of a tool', { url: null }, 'link of Plumb: https://site.example/tools/plumb, now none'],
    ['the reviews', { reviews: [] }, 'reviews of Plumb'],
    ['a review by another', { reviews: withReview({ reviewer: 'intern' }) }, 'reviews of Plumb'],
    ['the verdict of a review', { reviews: withReview({ verdict: 'skip' }) }, 'reviews of Plumb'],
    ['the quote of a review', { reviews: withReview({ quote: 'On second thoughts.' }) }, 'reviews of Plumb'],
  ])('names %s, the old and the new one', (_, change, what) =>
    expect(withTool(change)).toEqual({
      slug: 'plumb-vs-lintel',
      slugNow: 'plumb-vs-lintel',
      retracted: false,
      what: [what],
    }),
  );

  it('names a link, a slug and a time of publication of the comparison', () => {
    const url = 'https://site.example/compare/moved';
    expect(changed({ url })?.what).toEqual([`link: ${taken.url}, now ${url}`]);
    expect(changed({ slug: 'moved' })).toEqual({
      slug: 'plumb-vs-lintel',
      slugNow: 'moved',
      retracted: false,
      what: ['slug: plumb-vs-lintel, now moved'],
    });
    expect(changed({ publishedAt: '2026-11-19T09:00:00Z' })).toMatchObject({
      retracted: false,
      what: ['published: 2026-11-18T09:00:00Z, now 2026-11-19T09:00:00Z'],
    });
  });

  it('is nothing where votes, the time of the price check, a tagline or the order of the reviews differ', () => {
    expect(changed({ pricesCheckedAt: null })).toBeNull();
    expect(withTool({ communityVotes: { ship: 99, skip: 1 }, tagline: 'New' })).toBeNull();
    expect(withTool({ reviews: taken.tools[0].reviews.toReversed() })).toBeNull();
    expect(changed({ publishedAt: '2026-11-18T10:00:00+01:00' })).toBeNull();
  });

  it('is nothing for a draft of an older release that stored no link', () => {
    const { url: _, ...older } = { ...taken.tools[0], url: null };
    const current = aComparison({ tools: [{ ...older, url: null }, taken.tools[1]] });
    expect(changeOf({ ...taken, tools: [older as Tool, taken.tools[1]] }, current, now)).toBeNull();
  });

  it('is that a comparison was retracted: gone, unreadable, or published in the future', () => {
    expect(changeOf(taken, null, now)).toEqual({
      slug: 'plumb-vs-lintel',
      slugNow: 'plumb-vs-lintel',
      retracted: true,
      what: ['retracted: it is gone from the site, or can no longer be read'],
    });
    expect(changed({ slug: 'moved', publishedAt: '2030-01-01T00:00:00Z' })).toEqual({
      slug: 'plumb-vs-lintel',
      slugNow: 'moved',
      retracted: true,
      what: ['retracted: it is no longer published'],
    });
    expect(changed({ publishedAt: now.toISOString() })).toMatchObject({ retracted: false });
  });

  it('is nothing where only the clock went back', () =>
    expect(changeOf(taken, taken, new Date('2020-01-01T00:00:00Z'))).toBeNull());

  it('is both tools where they changed places', () =>
    expect(changeOf(taken, swapped(taken), now)?.what).toEqual(
      expect.arrayContaining(['name: Plumb, now Lintel', 'name: Lintel, now Plumb']),
    ));
});

describe('the tools that a text still names', () => {
  const names = (text: string, had: string[], has: string[] = []) => lostNames(had, has, text);

  it.each([
    ['Why Larkspur wins', 'Larkspur'],
    ["LARKSPUR's new price", 'Larkspur'],
    ['Is Larkspur, at last, ready?', 'Larkspur'],
    ['C++ or C#?', 'C++'],
    ['(.*) wins', '(.*)'],
    ['Éclair', 'E\u0301clair'],
    ['Node\u00a0Red wins', 'Node Red'],
    ['Brace {{\u2060{x}}} wins', '{{{x}}}'],
    ['今週はノーションが勝つ', 'ノーション'],
    ['今週はNotionが勝つ', 'Notion'],
    ['הכלי לארקספור ניצח', 'לארקספור'],
  ])('%j names %j', (text, name) => expect(names(text, [name])).toEqual([name]));

  it.each([
    ['Going on', 'Go'],
    ['Django', 'Go'],
    ['GPT-45', 'GPT-4'],
    ['Larkspurs and larks', 'Larkspur'],
    ['', 'Larkspur'],
    ['Anything', ''],
  ])('%j does not name %j', (text, name) => expect(names(text, [name])).toEqual([]));

  it('are not those that the issue still has, nor names within their names', () => {
    expect(names('Larkspur wins', ['Larkspur'], ['Larkspur'])).toEqual([]);
    expect(names('Larkspur Pro wins', ['Larkspur'], ['Larkspur Pro'])).toEqual([]);
    expect(names('Larkspur Pro beats Larkspur', ['Larkspur'], ['Larkspur Pro'])).toEqual(['Larkspur']);
    expect(names('Larkspur Pro wins', ['Pro'], ['Larkspur', 'Larkspur Pro'])).toEqual([]);
    expect(names('A tie of a--b', ['ab'], ['--'])).toEqual([]);
  });

  it('are each of several', () => expect(names('A1 and B2', ['A1', 'B2', 'C3'])).toEqual(['A1', 'B2']));
});

it('the tools of an issue are named once each', () => {
  expect(toolNames([taken, swapped(taken)])).toEqual(['Plumb', 'Lintel']);
});
