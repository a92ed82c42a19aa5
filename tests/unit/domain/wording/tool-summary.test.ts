import { expect, test } from 'vitest';
import { longestDescription, longestLabel } from '../../../../src/domain/wording/detail.ts';
import { describeTool } from '../../../../src/domain/wording/tool-summary.ts';
import { aTool, panel } from '../../../support/content/fixtures.ts';

test('a tool is described by what its box score and its section show', () => {
  expect(describeTool(aTool(), true)).toEqual({
    name: 'Plumb',
    label: 'Plumb',
    category: 'Developer Tools',
    tagline: 'Straight lines without a ruler',
    description: 'Plumb hangs a line from any point. It needs no account.',
    url: 'https://site.example/tools/plumb',
    panel: '75%',
    community: '75%',
    entryPrice: '$20/mo',
  });
});

test('a tool without reviews and votes has a dash for each', () => {
  const tool = aTool({ reviews: [], communityVotes: null });
  expect(describeTool(tool, true)).toMatchObject({ panel: '—', community: '—' });
});

test('the shares of the panel and of the community are not confused', () => {
  const tool = aTool({ reviews: panel('ship skip skip skip'), communityVotes: { ship: 1, skip: 1 } });
  expect(describeTool(tool, true)).toMatchObject({ panel: '25%', community: '50%' });
});

test('only the lead has a description', () => {
  expect(describeTool(aTool(), false).description).toBe('');
});

test('a description is cut after a sentence without a sign, and after a word with one', () => {
  const sentences = `${'a'.repeat(longestDescription - 20)}. And a second one that does not fit.`;
  expect(describeTool(aTool({ description: sentences }), true).description).toBe(
    `${'a'.repeat(longestDescription - 20)}.`,
  );
  const words = 'word '.repeat(longestDescription);
  expect(describeTool(aTool({ description: words }), true).description).toMatch(/word…$/);
  const dots = `It ends … or not. ${'A'.repeat(longestDescription)}`;
  expect(describeTool(aTool({ description: `${'b'.repeat(200)} ${dots}` }), true).description).toMatch(
    / … or not\.$/,
  );
});

test('names and prices are one line, and labels are short', () => {
  const long = 'x'.repeat(longestLabel + 1);
  const tool = aTool({ name: `A\n${long}`, category: long, tagline: 'On\ntwo', entryPrice: 'From\n$20' });
  expect(describeTool(tool, true)).toMatchObject({
    name: `A ${long}`,
    label: `A ${'x'.repeat(longestLabel - 3)}…`,
    category: `${'x'.repeat(longestLabel - 1)}…`,
    tagline: 'On two',
    entryPrice: 'From $20',
  });
});
