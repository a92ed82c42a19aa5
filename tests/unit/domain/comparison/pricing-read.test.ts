import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pricingRead } from '../../../../src/domain/comparison/pricing-read.ts';
import { priceArbitrary } from '../../../support/content/arbitraries.ts';
import { pairOf } from '../../../support/content/fixtures.ts';

const read = (a: string, b: string) => pricingRead(pairOf({ entryPrice: a }, { entryPrice: b }).tools);

describe('free', () => {
  test.each([
    'Free',
    'free',
    'FREE tier',
    'Free, then $9/mo',
    'Freemium',
    '$0',
    '$0/mo',
    '€0.00',
    'Free (open source)',
    'Free every day',
  ])('%o is free to start', (label) => {
    expect(read(label, 'Paid')).toBe('A is free to start; B is paid.');
    expect(read(label, 'Free')).toBe('Both are free to start.');
  });

  test.each([
    'Free trial',
    'Free 14-day trial, then $20/mo',
    'Free for 30 days',
    'Free for 30days',
    'Free first month',
    'Freelance rates',
    'Ad-free',
    'Fee',
    '$0.0004 per 1K tokens',
    '€0,99/mo',
  ])('%o is not free to start', (label) => {
    expect(read(label, 'Free')).toBe(`B is free to start; A is not (${label}).`);
  });
});

describe('the same price', () => {
  test.each([
    ['$20/mo', '$240/yr', 'Both start at the same price: $20/mo and $240/yr.'],
    ['$9.99/mo', '$119.88/yr', 'Both start at the same price: $9.99/mo and $119.88/yr.'],
    ['$1,200/yr', '$100 / month', 'Both start at the same price: $1,200/yr and $100 / month.'],
    ['$20/mo', '$20/MO', 'Both start at the same price: $20/mo.'],
    ['USD 20', '$20.00', 'Both start at the same price: USD 20 and $20.00.'],
    ['$20\u00a0/\u202fmo', '\u2003$20/mo', 'Both start at the same price: $20\u00a0/\u202fmo and $20/mo.'],
    ['From $20/mo', '$20/mo', 'Both start at the same price: $20/mo and $20/mo.'],
    ['EUR 10', '€10', 'Both start at the same price: EUR 10 and €10.'],
    ['£10', 'gbp 10', 'Both start at the same price: £10 and gbp 10.'],
    ['$12,000/yr', '$1,000/mo', 'Both start at the same price: $12,000/yr and $1,000/mo.'],
    ['$1,200,000/yr', '$100,000/mo', 'Both start at the same price: $1,200,000/yr and $100,000/mo.'],
    ['$0.125/mo', '$1.50/yr', 'Both start at the same price: $0.125/mo and $1.50/yr.'],
  ])('%o and %o', (a, b, sentence) => {
    expect(read(a, b)).toBe(sentence);
  });

  test('two equal labels without an amount are not called the same price', () => {
    expect(read('Paid', 'paid')).toBe('Both are paid.');
    expect(read('Contact sales', 'Contact sales')).toBe('Both list the same entry price: Contact sales.');
  });
});

describe('cheaper', () => {
  test.each([
    ['$19/mo', '$240/yr', 'A is cheaper to start: $19/mo against $240/yr.'],
    ['$240/yr', '$19/mo', 'B is cheaper to start: $19/mo against $240/yr.'],
    ['€10 / month', '€8/mo', 'B is cheaper to start: €8/mo against €10 / month.'],
    ['$15/user/mo', '$9/user/mo', 'B is cheaper to start: $9/user/mo against $15/user/mo.'],
    [
      '$0.40 per 1M tokens',
      '$0.06 per 1M tokens',
      'B is cheaper to start: $0.06 per 1M tokens against $0.40 per 1M tokens.',
    ],
    [
      '$0.0005 per 1K tokens',
      '$0.0004 per 1K tokens',
      'B is cheaper to start: $0.0004 per 1K tokens against $0.0005 per 1K tokens.',
    ],
    ['€9,99/mo', '€10/mo', 'A is cheaper to start: €9,99/mo against €10/mo.'],
    ['USD 20', 'USD 1,000', 'A is cheaper to start: USD 20 against USD 1,000.'],
    ['£5', '£5.01', 'A is cheaper to start: £5 against £5.01.'],
  ])('of %o and %o', (a, b, sentence) => {
    expect(read(a, b)).toBe(sentence);
  });
});

describe('no comparison is made', () => {
  test.each([
    ['$20/mo', '€20/mo', 'A starts at $20/mo, B at €20/mo.'],
    ['$20/mo', '$15/user/mo', 'A starts at $20/mo, B at $15/user/mo.'],
    ['$20', '$20/mo', 'A starts at $20, B at $20/mo.'],
    ['$20/seat', '$15', 'A starts at $20/seat, B at $15.'],
    ['From  $20/mo', '€5/mo', 'A starts at $20/mo, B at €5/mo.'],
    ['$20/mo from May', '€5/mo', 'A starts at $20/mo from May, B at €5/mo.'],
    ['Now $20/mo', '$15/mo', 'A lists “Now $20/mo”; B starts at $15/mo.'],
    ['$1 per 1M tokens', '$1 per 1K tokens', 'A starts at $1 per 1M tokens, B at $1 per 1K tokens.'],
    ['$5k/yr', '$400/yr', 'A starts at $5k/yr, B at $400/yr.'],
    ['Paid', '$29/mo', 'A is paid; B starts at $29/mo.'],
    ['Free trial', '$9/mo', 'A lists “Free trial”; B starts at $9/mo.'],
    ['Contact sales', 'Paid', 'A lists “Contact sales”; B is paid.'],
    ['€1.200/yr', '€1.300/yr', 'A lists “€1.200/yr”; B lists “€1.300/yr”.'],
    ['$9000000000/mo', '$5/mo', 'A lists “$9000000000/mo”; B starts at $5/mo.'],
    ['$1,20,000', '$5', 'A lists “$1,20,000”; B starts at $5.'],
    [
      `$${'9'.repeat(90)}`,
      `$${'8'.repeat(90)}`,
      `A lists “$${'9'.repeat(90)}”; B lists “$${'8'.repeat(90)}”.`,
    ],
  ])('between %o and %o', (a, b, sentence) => {
    expect(read(a, b)).toBe(sentence);
  });
});

test.each([
  ['$20/mo', '$19/mo'],
  ['$20/mo', '$240/yr'],
  ['From $20/mo', '€5/mo'],
  ['Contact sales', 'Contact sales'],
  ['Contact sales', 'Paid'],
  ['Free', '$20/mo'],
])('spaces around %o and %o make no difference', (a, b) => {
  expect(read(` ${a} `, `\u2003${b} `)).toBe(read(a, b));
  expect(read(` ${b} `, `\u2003${a} `)).toBe(read(b, a));
});

describe('for any two labels', () => {
  const anyLabel = fc.oneof(
    priceArbitrary,
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.stringMatching(/^(from )?[$€£]?[0-9.,]{0,12} ?(\/|per )?(mo|yr|month|user|seat)? ?.{0,6}$/),
  );

  test('there is one sentence, ending with a full stop', () => {
    fc.assert(
      fc.property(anyLabel, anyLabel, (a, b) => {
        expect(read(a, b)).toMatch(/^.+\.$/su);
      }),
      { numRuns: 500 },
    );
  });

  test('swapping the tools keeps the cheaper and the free one', () => {
    const opening = (sentence: string) => /^([AB]) is (?:cheaper|free)/.exec(sentence)?.[1] ?? null;
    const other = (name: string | null) => (name === null ? null : name === 'A' ? 'B' : 'A');
    fc.assert(
      fc.property(anyLabel, anyLabel, (a, b) => {
        expect(opening(read(b, a))).toBe(other(opening(read(a, b))));
      }),
      { numRuns: 500 },
    );
  });

  test('amounts with the same unit compare like numbers', () => {
    const cents = fc.integer({ min: 1, max: 10_000_000 });
    const label = (amount: number) =>
      `$${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}/mo`;
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const expected = a === b ? /^Both start at the same/ : a < b ? /^A is cheaper/ : /^B is cheaper/;
        expect(read(label(a), label(b))).toMatch(expected);
      }),
    );
  });

  test('a yearly price of twelve times the monthly one is the same price', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (cents) => {
        const label = (amount: number) =>
          `$${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
        expect(read(`${label(cents)}/mo`, `${label(12 * cents)}/yr`)).toMatch(
          /^Both start at the same price/,
        );
      }),
    );
  });
});
