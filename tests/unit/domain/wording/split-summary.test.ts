import { expect, test } from 'vitest';
import { reviewerSplit } from '../../../../src/domain/comparison/reviewer-split.ts';
import { longestLabel } from '../../../../src/domain/wording/detail.ts';
import { describeSplit } from '../../../../src/domain/wording/split-summary.ts';
import { describeTool } from '../../../../src/domain/wording/tool-summary.ts';
import { pairOf, panel } from '../../../support/content/fixtures.ts';

/** Of Plumb and Lintel, each with these verdicts. */
function summary(plumb: string, lintel: string, name = 'Lintel'): string {
  const { tools, ...rest } = pairOf(
    { name: 'Plumb', reviews: panel(plumb) },
    { name, reviews: panel(lintel) },
  );
  const [a, b] = tools;
  return describeSplit(reviewerSplit({ tools, ...rest }), [describeTool(a, false), describeTool(b, false)]);
}

test.each([
  ['', '', 'No reviews yet.'],
  ['ship skip', '', 'No reviews of Lintel yet.'],
  ['', '- ship', 'No reviews of Plumb yet.'],
  ['ship ship', 'ship ship', 'Nobody breaks ranks.'],
  ['ship -', '- skip', 'Nobody breaks ranks.'],
  ['ship ship', 'ship skip', 'The Skeptic judges the two differently.'],
  ['ship ship', 'skip skip', 'The Builder and The Skeptic judge the two differently.'],
  ['ship ship ship', 'skip skip skip', 'The Builder, The Skeptic and The Founder judge the two differently.'],
  ['ship ship ship ship', 'skip skip skip skip', '4 of 4 reviewers judge the two differently.'],
  [
    'ship ship ship ship ship',
    'skip skip skip skip ship',
    '4 of 5 reviewers judge the two differently. Intern stands alone on Lintel.',
  ],
  [
    'ship skip ship',
    'ship ship ship',
    'The Skeptic judges the two differently. The Skeptic stands alone on Plumb.',
  ],
  [
    'ship ship skip',
    'skip ship skip',
    'The Builder judges the two differently. The Founder stands alone on Plumb. The Skeptic stands alone on Lintel.',
  ],
])('reviews of %o against %o become: %s', (plumb, lintel, sentences) => {
  expect(summary(plumb, lintel)).toBe(sentences);
});

test('a long name of a tool is shortened', () => {
  expect(summary('ship', '', 'x'.repeat(longestLabel + 1))).toBe(
    `No reviews of ${'x'.repeat(longestLabel - 1)}… yet.`,
  );
});
