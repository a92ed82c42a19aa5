import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseComparison, parseComparisons } from '../../../../src/domain/comparison/schema.ts';
import { comparisonsArbitrary } from '../../../support/content/arbitraries.ts';
import { pairOf, panel, toolOf } from '../../../support/content/fixtures.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests write what no type allows
type Json = any;

const aFile = (): Json => ({
  comparisons: ['a', 'c', 'e'].map((name, index) => ({
    slug: `${name}-vs-other-${index}`,
    url: 'https://verdicts.example/compare/x',
    publishedAt: '2026-11-18T09:00:00.000Z',
    pricesCheckedAt: '2026-11-18T08:00:00.000Z',
    tools: [
      toolOf(name, {
        url: 'https://verdicts.example/tools/x',
        communityVotes: { ship: 12, skip: 4 },
        reviews: panel('ship skip ship'),
      }),
      toolOf(`other-${index}`, { reviews: panel('skip') }),
    ],
  })),
});

/** The faults of a file after one change to its second comparison. */
function faultsAfter(change: (comparison: Json, file: Json) => void): unknown {
  const file = aFile();
  change(file.comparisons[1], file);
  const parsed = parseComparisons(file);
  return parsed.ok ? 'accepted' : parsed.faults.map(({ path, message }) => `${path}: ${message}`);
}

test('a complete file is accepted unchanged', () => {
  const file = aFile();
  expect(parseComparisons(file)).toEqual({ ok: true, comparisons: file.comparisons });
});

describe('a fault is named with its path', () => {
  test.each<[string, (comparison: Json, file: Json) => void, string]>([
    ['no price', (c) => delete c.tools[0].entryPrice, 'comparisons[1].tools[0].entryPrice: missing'],
    ['no votes', (c) => delete c.tools[0].communityVotes, 'comparisons[1].tools[0].communityVotes: missing'],
    ['no reviews', (c) => delete c.tools[1].reviews, 'comparisons[1].tools[1].reviews: missing'],
    ['no tools', (c) => delete c.tools, 'comparisons[1].tools: missing'],
    [
      'an unknown verdict',
      (c) => (c.tools[0].reviews[2].verdict = 'maybe'),
      'comparisons[1].tools[0].reviews[2].verdict: expected "ship" or "skip", got "maybe"',
    ],
    [
      'a number for a name',
      (c) => (c.tools[1].name = 7),
      'comparisons[1].tools[1].name: expected text, got 7',
    ],
    [
      'null for a name',
      (c) => (c.tools[1].name = null),
      'comparisons[1].tools[1].name: expected text, got null',
    ],
    [
      'a list for votes',
      (c) => (c.tools[0].communityVotes = [1, 2]),
      'comparisons[1].tools[0].communityVotes: expected an object, got a list',
    ],
    [
      'an object for reviews',
      (c) => (c.tools[0].reviews = {}),
      'comparisons[1].tools[0].reviews: expected a list, got an object',
    ],
    ['no tool', (c) => (c.tools = []), 'comparisons[1].tools: expected exactly two tools, got 0'],
    ['one tool', (c) => c.tools.pop(), 'comparisons[1].tools: expected exactly two tools, got 1'],
    [
      'three tools',
      (c) => c.tools.push(toolOf('third')),
      'comparisons[1].tools: expected exactly two tools, got 3',
    ],
    [
      'a tool against itself',
      (c) => (c.tools[1].slug = c.tools[0].slug),
      'comparisons[1].tools[1].slug: expected another tool, got "c" twice',
    ],
    [
      'a reviewer who reviews twice',
      (c) => (c.tools[0].reviews[2].reviewer = 'builder'),
      'comparisons[1].tools[0].reviews[2].reviewer: "builder" has already reviewed this tool',
    ],
    [
      'the slug of another comparison',
      (c, file) => (c.slug = file.comparisons[0].slug),
      'comparisons[1].slug: "a-vs-other-0" is already the slug of comparisons[0]',
    ],
    [
      'a tool in another version',
      (c, file) => (c.tools[0] = { ...file.comparisons[0].tools[0], entryPrice: 'Free' }),
      'comparisons[1].tools[0].entryPrice: expected the same as comparisons[0].tools[0].entryPrice, since both are the tool "a"',
    ],
    [
      'a misspelt optional key',
      (c) => {
        c.pricesChekedAt = c.pricesCheckedAt;
        delete c.pricesCheckedAt;
      },
      'comparisons[1].pricesChekedAt: unknown key, did you mean "pricesCheckedAt"?',
    ],
    [
      'a misspelt required key, reported once',
      (c) => {
        c.tools[0].entry_price = c.tools[0].entryPrice;
        delete c.tools[0].entryPrice;
      },
      'comparisons[1].tools[0].entry_price: unknown key, did you mean "entryPrice"?',
    ],
    [
      'a misspelt key of a review',
      (c) => {
        c.tools[0].reviews[0].qoute = c.tools[0].reviews[0].quote;
        delete c.tools[0].reviews[0].quote;
      },
      'comparisons[1].tools[0].reviews[0].qoute: unknown key, did you mean "quote"?',
    ],
  ])('%s', (_, change, fault) => {
    expect(faultsAfter(change)).toEqual([fault]);
  });

  test.each([
    [null, '(top level): expected an object, got null'],
    [[], '(top level): expected an object, got a list'],
    ['{}', '(top level): expected an object, got "{}"'],
    [undefined, '(top level): missing'],
    [{}, 'comparisons: missing'],
    [{ comparisons: {} }, 'comparisons: expected a list, got an object'],
    [{ comparison: [] }, 'comparison: unknown key, did you mean "comparisons"?'],
    [{ comparisons: [null] }, 'comparisons[0]: expected an object, got null'],
    [{ comparisons: Array(10_001).fill({}) }, 'comparisons: expected at most 10000, got 10001'],
  ])('%j as a file', (file, fault) => {
    const parsed = parseComparisons(file);
    expect(parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path}: ${message}`)).toEqual([fault]);
  });

  test('of a single comparison it begins with the name of its root', () => {
    const { tools: _, ...rest } = aFile().comparisons[0];
    const missing = { ok: false, faults: [{ path: 'comparison.tools', message: 'missing' }] };
    expect(parseComparison(rest)).toEqual(missing);
    const { pricesCheckedAt, ...misspelt } = aFile().comparisons[0];
    expect(parseComparison({ ...misspelt, pricesChekedAt: pricesCheckedAt }, 'row')).toEqual({
      ok: false,
      faults: [{ path: 'row.pricesChekedAt', message: 'unknown key, did you mean "pricesCheckedAt"?' }],
    });
  });

  test('all faults are reported at once', () => {
    expect(
      faultsAfter((c) => {
        c.url = 'compare/x';
        c.tools[0].name = ' ';
        c.tools[1].reviews[0].verdict = 'SHIP';
      }),
    ).toEqual([
      'comparisons[1].url: expected an absolute http(s) URL, got "compare/x"',
      'comparisons[1].tools[0].name: expected text, got nothing visible',
      'comparisons[1].tools[1].reviews[0].verdict: expected "ship" or "skip", got "SHIP"',
    ]);
  });

  test('only the number of faults beyond fifty is reported', () => {
    const parsed = parseComparisons({ comparisons: Array(100).fill({}) });
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.faults).toHaveLength(51);
    expect(parsed.faults.at(-1)).toEqual({ path: '…', message: 'and 350 more' });
  });

  test('a message is one short line, whatever it quotes', () => {
    const odd = `\u0001\u009b31m\u202e\n${'x'.repeat(5000)}`;
    for (const field of ['slug', 'url', 'publishedAt']) {
      const [fault] = faultsAfter((c) => (c[field] = odd)) as string[];
      expect(fault).toMatch(/^[ -~…]{1,200}$/);
    }
    expect(faultsAfter((c) => (c.tools[0].reviews[0].verdict = odd.slice(1)))).toEqual([
      expect.stringMatching(/^[ -~…]{1,200}$/),
    ]);
  });
});

describe('unknown keys', () => {
  test('are ignored, since a site may keep fields of its own', () => {
    const file = aFile();
    const own = structuredClone(file);
    own.version = 3;
    own.comparisons[0].id = 17;
    own.comparisons[0].tools[0].logo = 'https://verdicts.example/a.svg';
    own.comparisons[0].tools[0].reviews[0].updatedBy = 'ann';
    expect(parseComparisons(own)).toEqual({ ok: true, comparisons: file.comparisons });
  });

  test('are not taken for a misspelling of a key that is present', () => {
    const file = aFile();
    const own = structuredClone(file);
    own.comparisons[0].tools[0].urls = [];
    own.comparisons[0].tools[0].names = ['A'];
    expect(parseComparisons(own)).toEqual({ ok: true, comparisons: file.comparisons });
  });

  test('cannot reach a prototype', () => {
    const text = JSON.stringify(aFile()).replace(
      '{"slug"',
      '{"__proto__":{"polluted":1},"constructor":1,"slug"',
    );
    const parsed = parseComparisons(JSON.parse(text));
    expect(parsed).toEqual({ ok: true, comparisons: aFile().comparisons });
    expect('polluted' in {}).toBe(false);
    expect(parsed.ok && 'polluted' in (parsed.comparisons[0] ?? {})).toBe(false);
  });
});

describe('optional', () => {
  test('are the time when prices were checked and the URL of a tool', () => {
    const file = aFile();
    delete file.comparisons[0].pricesCheckedAt;
    delete file.comparisons[0].tools[0].url;
    const parsed = parseComparisons(file);
    expect(parsed.ok && parsed.comparisons[0]?.pricesCheckedAt).toBeNull();
    expect(parsed.ok && parsed.comparisons[0]?.tools[0].url).toBeNull();
  });

  test('are reviews, votes and the description, which may be empty', () => {
    const empty = { reviews: [], communityVotes: null, description: '' };
    const comparison = pairOf(empty, { ...empty, communityVotes: { ship: 0, skip: 0 } });
    expect(parseComparison(comparison)).toEqual({ ok: true, comparison });
  });

  test('are all comparisons', () => {
    expect(parseComparisons({ comparisons: [] })).toEqual({ ok: true, comparisons: [] });
  });
});

/** What a field of a comparison becomes when given a value, or its fault. */
function accepted(path: string, value: unknown): unknown {
  const comparison: Json = structuredClone(aFile().comparisons[0]);
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce((at, key) => at[key], comparison);
  parent[last] = value;
  const parsed = parseComparison(comparison);
  if (parsed.ok) return path.split('.').reduce((at: Json, key) => at[key], parsed.comparison);
  return parsed.faults.map((fault) => fault.path);
}

const refused = (path: string) => [`comparison.${path.replace(/\.(\d+)/g, '[$1]')}`];

describe('slugs', () => {
  test.each(['a', '7', 'a-1', 'smol-2b', `a${'-b'.repeat(99)}`])('%o is valid', (slug) => {
    expect(accepted('slug', slug)).toBe(slug);
  });

  test.each(['', 'A', 'a_b', 'a--b', '-a', 'a-', 'a b', 'ä', 'a/b', '../a', 'a\n', 'a'.repeat(201)])(
    '%o is not valid',
    (slug) => {
      expect(accepted('slug', slug)).toEqual(refused('slug'));
      expect(accepted('tools.0.slug', slug)).toEqual(refused('tools.0.slug'));
    },
  );

  test('of reviewers may have underscores', () => {
    expect(accepted('tools.0.reviews.0.reviewer', 'data_engineer-2')).toBe('data_engineer-2');
    expect(accepted('tools.0.reviews.0.reviewer', 'The Builder')).toEqual(
      refused('tools.0.reviews.0.reviewer'),
    );
  });
});

describe('URLs', () => {
  test.each([
    'https://verdicts.example',
    'http://localhost:3000/compare/a?x=1&y=%20#z',
    'HTTPS://Verdicts.Example/Ä/ü?q=é',
    'https://bücher.example/',
    'https://[::1]:8080/',
    'https://a.example/?next=https://b.example/@c',
  ])('%o is valid', (url) => {
    expect(accepted('url', url)).toBe(url);
    expect(accepted('tools.1.url', url)).toBe(url);
  });

  test.each([
    '',
    'javascript:alert(1)',
    'JavaScript://verdicts.example/%0aalert(1)',
    'data:text/html,x',
    'ftp://verdicts.example/',
    'mailto:a@b.example',
    '/compare/a',
    '//verdicts.example/',
    'verdicts.example',
    'https:verdicts.example',
    'https:///x',
    'https://',
    'https://?x',
    'https://a b.example/',
    'https://a.example/a b',
    'https://a.example/\nx',
    ' https://a.example/',
    'https:\\\\a.example\\x',
    'https://a.example\\@b.example/',
    'https://user:secret@a.example/',
    'https://user@a.example/',
    'https://:secret@a.example/',
    'https://a.example:99999/',
    'https://a%00.example/',
    `https://a.example/${'x'.repeat(2000)}`,
  ])('%o is not valid', (url) => {
    expect(accepted('url', url)).toEqual(refused('url'));
    expect(accepted('tools.1.url', url)).toEqual(refused('tools.1.url'));
  });

  test('are percent-encoded where they look like markup or a placeholder', () => {
    expect(accepted('url', 'https://a.example/?q={{{READER}}}&t="><script>')).toBe(
      'https://a.example/?q=%7B%7B%7BREADER%7D%7D%7D&t=%22%3E%3Cscript%3E',
    );
  });
});

describe('instants', () => {
  test.each([
    ['2026-11-18T09:00:00Z', '2026-11-18T09:00:00.000Z'],
    ['2026-11-18T09:00Z', '2026-11-18T09:00:00.000Z'],
    ['2026-11-18T10:00:00+01:00', '2026-11-18T09:00:00.000Z'],
    ['2026-11-18T23:45:00-05:30', '2026-11-19T05:15:00.000Z'],
    ['2026-11-18T09:00:00.123456Z', '2026-11-18T09:00:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (written, utc) => {
    expect(accepted('publishedAt', written)).toBe(utc);
    expect(accepted('pricesCheckedAt', written)).toBe(utc);
  });

  test.each([
    '',
    '2026-11-18',
    '2026-11-18T09:00:00',
    '2026-11-18 09:00:00Z',
    '18.11.2026 09:00',
    'Wed, 18 Nov 2026 09:00:00 GMT',
    '2026-02-29T00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-18T24:00:00Z',
    '2026-11-18T09:60:00Z',
    '2026-11-18T09:00:00+25:00',
    '0000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    'infinity',
    1_763_456_400,
    new Date(),
  ])('%j is not valid', (written) => {
    expect(accepted('publishedAt', written)).toEqual(refused('publishedAt'));
    expect(accepted('pricesCheckedAt', written)).toEqual(refused('pricesCheckedAt'));
  });
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 1e300, '12', null, true])(
  '%o is not a number of votes',
  (votes) => {
    expect(accepted('tools.0.communityVotes.ship', votes)).toEqual(refused('tools.0.communityVotes.ship'));
  },
);

describe('text', () => {
  test.each([
    '<script>alert(1)</script>',
    '{{{READER}}} {{name}}',
    '&amp; &lt;',
    'ינשוף לילה 🦉',
    '\u202eevil\u202c',
    'e\u0301',
    '\u00e9',
    '👩‍👩‍👧‍👦',
    "Robert'); drop table--",
    'a  b\u00a0c',
    '—',
    '0',
  ])('%o is left untouched', (text) => {
    for (const field of ['name', 'category', 'tagline', 'description', 'entryPrice', 'reviews.0.quote']) {
      expect(accepted(`tools.0.${field}`, text)).toBe(text);
    }
  });

  test.each(['', ' ', '\n\t', '\u00a0', '\u200b\ufeff', '\u2066\u2069', '\u0301'])(
    '%o is invisible',
    (text) => {
      for (const field of ['name', 'category', 'tagline', 'entryPrice', 'reviews.0.quote']) {
        expect(accepted(`tools.0.${field}`, text)).toEqual(refused(`tools.0.${field}`));
      }
    },
  );

  test.each([
    'a\u0000b',
    '\u0007',
    '\u001b[31mred',
    'a\u007f',
    'a\u0085b',
    'a\u009b31m',
    '\ud800',
    'a\udc00b',
  ])('%j cannot be stored or printed', (text) => {
    for (const field of ['name', 'category', 'tagline', 'description', 'entryPrice', 'reviews.0.quote']) {
      expect(accepted(`tools.0.${field}`, text)).toEqual(refused(`tools.0.${field}`));
    }
  });

  test('of one line loses its line breaks, and all text loses the space around it', () => {
    expect(accepted('tools.0.name', ' A \r\n\tB\u2028C ')).toBe('A B C');
    expect(accepted('tools.0.tagline', `a${' '.repeat(100_000)}`)).toBe('a');
    expect(accepted('tools.0.reviews.0.quote', '\nOne.\r\n\r\n\tTwo.\rThree.\n')).toBe(
      'One.\n\n\tTwo.\nThree.',
    );
  });

  test.each([
    ['tools.0.name', 300],
    ['tools.0.category', 300],
    ['tools.0.tagline', 500],
    ['tools.0.description', 5000],
    ['tools.0.entryPrice', 100],
    ['tools.0.reviews.0.quote', 10_000],
  ])('%s has at most %i characters', (field, max) => {
    expect(accepted(field, 'x'.repeat(max))).toBe('x'.repeat(max));
    expect(accepted(field, 'x'.repeat(max + 1))).toEqual(refused(field));
  });
});

test('a tool has at most a hundred reviewers', () => {
  const reviews = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ reviewer: `r${index}`, verdict: 'ship', quote: 'Yes.' }));
  expect(accepted('tools.0.reviews', reviews(100))).toHaveLength(100);
  expect(accepted('tools.0.reviews', reviews(101))).toEqual(refused('tools.0.reviews'));
});

test('a huge file is refused quickly', () => {
  const review = { reviewer: 'builder', verdict: 'maybe', quote: '' };
  expect(accepted('tools.0.reviews', Array(20_000).fill(review))).toEqual(refused('tools.0.reviews'));
  expect(accepted('tools.0.name', `${' \n'.repeat(500_000)}\u0000`)).toEqual(refused('tools.0.name'));
  expect(accepted('slug', `${'a-'.repeat(500_000)}!`)).toEqual(refused('slug'));
});

describe('a single comparison', () => {
  test('has faults whose paths begin with the given name', () => {
    const parsed = parseComparison({ ...pairOf({}, {}), url: 'x' }, 'comparison a-vs-b');
    expect(parsed.ok ? [] : parsed.faults.map((fault) => fault.path)).toEqual(['comparison a-vs-b.url']);
  });
});

describe('for any valid file', () => {
  test('parsing returns what was written, even after a round trip through JSON', () => {
    fc.assert(
      fc.property(comparisonsArbitrary(), (comparisons) => {
        expect(parseComparisons(JSON.parse(JSON.stringify({ comparisons })))).toEqual({
          ok: true,
          comparisons,
        });
      }),
    );
  });

  test('one wrong field gives exactly one fault, with its path', () => {
    const hold = (comparison: Json, side: 0 | 1) => comparison.tools[side];
    const spoilers: readonly [string, (side: 0 | 1) => string, unknown][] = [
      ...['slug', 'url', 'publishedAt'].map((key): [string, () => string, unknown] => [
        key,
        () => `.${key}`,
        '\u0000',
      ]),
      ...[
        'slug',
        'name',
        'category',
        'tagline',
        'description',
        'entryPrice',
        'url',
        'communityVotes',
        'reviews',
      ].map((key): [string, (side: 0 | 1) => string, unknown] => [
        key,
        (side) => `.tools[${side}].${key}`,
        42,
      ]),
    ];
    fc.assert(
      fc.property(
        comparisonsArbitrary().filter((all) => all.length > 0),
        fc.nat(),
        fc.constantFrom<0 | 1>(0, 1),
        fc.constantFrom(...spoilers),
        (comparisons, at, side, [key, pathOf, value]) => {
          // Through JSON rather than structuredClone, which would keep a tool shared by two comparisons one object.
          const file = JSON.parse(JSON.stringify({ comparisons })) as Json;
          const index = at % comparisons.length;
          const path = pathOf(side);
          const target = path.includes('tools')
            ? hold(file.comparisons[index], side)
            : file.comparisons[index];
          target[key] = value;
          const parsed = parseComparisons(file);
          expect(parsed.ok ? [] : parsed.faults.map((fault) => fault.path)).toEqual([
            `comparisons[${index}]${path}`,
          ]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('any JSON gives an answer and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        for (const json of [
          value,
          { comparisons: value },
          { comparisons: [value, { tools: [value, other] }] },
        ]) {
          const parsed = parseComparisons(json);
          if (!parsed.ok) expect(parsed.faults.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
