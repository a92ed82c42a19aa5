import { expect, test } from 'vitest';
import type * as z from 'zod';
import { plainErrorMap } from '../../../../src/domain/comparison/faults.ts';
import {
  instant,
  label,
  quote,
  reviewer,
  slug,
  text,
  url,
  voteCount,
} from '../../../../src/domain/comparison/fields.ts';

const invisible = '\u200b';

test.each<[string, z.ZodType, unknown, string]>([
  ['text', text(9), 'a\u0007b', 'expected text without control characters, got "\\u0007"'],
  ['text', text(9), 'a\ud800', 'expected well-formed Unicode, got half of a surrogate pair'],
  ['text', text(9), '\u0007\ud800', 'expected text without control characters, got "\\u0007"'],
  ['text', text(3), 'abcd', 'expected at most 3 characters, got 4'],
  ['a label', label(3), 'abcd', 'expected at most 3 characters, got 4'],
  ['a label', label(3), invisible, 'expected text, got nothing visible'],
  ['a label', label(3), invisible.repeat(4), 'expected at most 3 characters, got 4'],
  ['a quote', quote, invisible, 'expected text, got nothing visible'],
  ['a quote', quote, invisible.repeat(10_001), 'expected at most 10000 characters, got 10001'],
  ['a slug', slug, 'A b', 'expected a slug such as "a-vs-b", got "A b"'],
  ['a slug', slug, 'A'.repeat(201), 'expected at most 200 characters, got 201'],
  ['a URL', url, 'x', 'expected an absolute http(s) URL, got "x"'],
  ['a URL', url, `https://a.example/${'x'.repeat(1_983)}`, 'expected at most 2000 characters, got 2001'],
  [
    'an instant',
    instant,
    '2026-11-18',
    'expected an instant with a time zone such as "2026-11-18T09:00:00Z", got "2026-11-18"',
  ],
  [
    'an instant',
    instant,
    '9999-12-31T23:59:59-01:00',
    'expected an instant with a time zone such as "2026-11-18T09:00:00Z", got "9999-12-31T23:59:59-01:00"',
  ],
  ['votes', voteCount, -1, 'expected a whole number from 0 to 2147483647, got -1'],
  ['votes', voteCount, 1.5, 'expected a whole number from 0 to 2147483647, got 1.5'],
  ['votes', voteCount, '7', 'expected a number, got "7"'],
  ['a reviewer', reviewer, 'Ann', 'expected a reviewer\'s slug such as "data-engineer", got "Ann"'],
  ['a reviewer', reviewer, 'ann!', 'expected a reviewer\'s slug such as "data-engineer", got "ann!"'],
  ['a reviewer', reviewer, 'A'.repeat(101), 'expected at most 100 characters, got 101'],
])('%s has one fault, in one sentence: %#', (_, field, value, message) => {
  const { error } = field.safeParse(value, { error: plainErrorMap });
  expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
});

test('a label is one line without spaces around it or its parts', () => {
  expect(label(9).parse('\n a \r\n b\t')).toBe('a b');
});

test('a time may leave out its seconds, in any time zone', () => {
  expect(instant.parse('2026-11-18T10:00+01:00')).toBe('2026-11-18T09:00:00.000Z');
});
