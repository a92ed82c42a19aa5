import fc from 'fast-check';
import type {
  CommunityVotes,
  Comparison,
  Review,
  ReviewVerdict,
  Tool,
} from '../../../src/domain/comparison/comparison.ts';

/** Text that people write, and text that breaks programs. All of it is visible and already trimmed. */
const pieces = [
  'naïve café',
  'ינשוף לילה',
  'مرحبا بالعالم',
  '比較する',
  '👩‍👩‍👧‍👦 🦉 🇮🇸',
  'e\u0301\u0327 a\u030a',
  '<script>alert(1)</script>',
  '</td></table>',
  '{{{READER}}}',
  '{{name}} %s',
  '&amp; & "quoted" \'s',
  "Robert'); drop table--",
  '=HYPERLINK("x")',
  '\u202eevil\u202c',
  'soft\u00adhyphen',
  '\ufb01 ligature',
  '$1 $& \\n',
];

const storable = (text: string) =>
  text
    .replace(/\p{Cc}|[\u2028\u2029]/gu, '')
    .trim()
    .toWellFormed();

/** One line of visible text, at most `maxLength` UTF-16 units. */
const lineOf = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...pieces),
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.string({ unit: 'binary', maxLength: 8 }),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) =>
      storable(
        storable(parts.join(' '))
          .slice(0, maxLength)
          .replace(/[\ud800-\udbff]$/, ''),
      ),
    )
    .map((text) => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text : 'plain'));

export const textOf = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(lineOf(Math.floor(maxLength / 4)), { minLength: 1, maxLength: 3 })
    .map((lines) => lines.join('\n'));

const slugArbitrary = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 4 })
  .map((words) => words.join('-'));

const urlArbitrary = fc
  .tuple(fc.constantFrom('http', 'https', 'HTTPS'), slugArbitrary, fc.constantFrom('', '/', '/ä?q=%20&x=1#y'))
  .map(([scheme, slug, rest]) => `${scheme}://${slug}.example${rest}`);

const instantArbitrary = fc
  .date({ min: new Date('1970-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString());

const reviewVerdictArbitrary = fc.constantFrom<ReviewVerdict>('ship', 'skip');

const reviewsArbitrary: fc.Arbitrary<Review[]> = fc.uniqueArray(
  fc.record({
    reviewer: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('builder', 'skeptic', 'founder', 'futurist') },
      slugArbitrary,
    ),
    verdict: reviewVerdictArbitrary,
    quote: textOf(400),
  }),
  { selector: (review) => review.reviewer, maxLength: 6 },
);

const votesArbitrary: fc.Arbitrary<CommunityVotes | null> = fc.option(
  fc.record({
    ship: fc.oneof(fc.nat(20), fc.nat(2_147_483_647)),
    skip: fc.oneof(fc.nat(20), fc.nat(2_147_483_647)),
  }),
);

export const priceArbitrary = fc.oneof(
  fc.constantFrom('Free', 'Paid', 'Contact sales', 'Free trial', '$20/mo', '$240/yr', '€10 / month', '$0'),
  fc
    .tuple(
      fc.constantFrom('$', '€', '£', 'USD '),
      fc.nat(3000),
      fc.constantFrom('', '/mo', '/yr', ' per seat'),
    )
    .map(([currency, amount, rest]) => `${currency}${amount}${rest}`),
  lineOf(60),
);

const toolArbitrary: fc.Arbitrary<Tool> = fc.record({
  slug: slugArbitrary,
  name: lineOf(120),
  category: lineOf(60),
  tagline: lineOf(200),
  description: fc.oneof(fc.constant(''), textOf(400)),
  entryPrice: priceArbitrary,
  url: fc.option(urlArbitrary),
  communityVotes: votesArbitrary,
  reviews: reviewsArbitrary,
});

export const comparisonArbitrary: fc.Arbitrary<Comparison> = fc.record({
  slug: slugArbitrary,
  url: urlArbitrary,
  publishedAt: instantArbitrary,
  pricesCheckedAt: fc.option(instantArbitrary),
  tools: fc
    .uniqueArray(toolArbitrary, { selector: (tool) => tool.slug, minLength: 2, maxLength: 2 })
    .map(([first, second]) => [first, second] as [Tool, Tool]),
});

/** Comparisons that fit in one file: no slug twice, and each tool the same wherever it appears. */
export const comparisonsArbitrary = (maxLength = 6): fc.Arbitrary<Comparison[]> =>
  fc
    .uniqueArray(comparisonArbitrary, { selector: (comparison) => comparison.slug, maxLength })
    .map((comparisons) => {
      const bySlug = new Map(comparisons.flatMap(({ tools }) => tools).map((tool) => [tool.slug, tool]));
      const same = (tool: Tool) => bySlug.get(tool.slug) ?? tool;
      return comparisons.map((comparison) => ({
        ...comparison,
        tools: [same(comparison.tools[0]), same(comparison.tools[1])],
      }));
    });
