import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  limitFaults,
  misspeltKeys,
  type Path,
  pathText,
  plainErrorMap,
  printable,
} from '../../../../src/domain/comparison/faults.ts';

test.each<[Path, string, string]>([
  [['tools', 0, 'url'], 'comparisons[3]', 'comparisons[3].tools[0].url'],
  [['comparisons', 12], '', 'comparisons[12]'],
  [[], 'comparison', 'comparison'],
  [['a b'], 'x', 'x["a b"]'],
  [['1a', '$_1'], '', '["1a"].$_1'],
  [['a-b', 'c'], 'x', 'x["a-b"].c'],
])('the path %j below %o is written %o', (path, root, text) => {
  expect(pathText(path, root)).toBe(text);
});

test('a path begins at the top unless a root is given', () => {
  expect(pathText(['a', 0])).toBe('a[0]');
});

test.each<[unknown, string]>([
  [null, 'null'],
  [undefined, 'undefined'],
  [[1], 'a list'],
  [{ a: 1 }, 'an object'],
  [7, '7'],
  [true, 'true'],
  ['say "hi"', '"say \\"hi\\""'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(59)}…"`],
  ['👍'.repeat(60), `"${'👍'.repeat(60)}"`],
  ['👍'.repeat(61), `"${'👍'.repeat(59)}…"`],
  ['a\u007f\u009b\u2028\u202e\u2066z', '"a\\u007f\\u009b\\u2028\\u202e\\u2066z"'],
])('in a message %j is written %s', (value, text) => {
  expect(printable(value)).toBe(text);
});

describe('zod’s issues in plain words', () => {
  const messages = (schema: z.ZodType, value: unknown) =>
    schema.safeParse(value, { error: plainErrorMap }).error?.issues.map(({ message }) => message);

  test.each<[z.ZodType, unknown, string]>([
    [z.string(), undefined, 'missing'],
    [z.string(), 7, 'expected text, got 7'],
    [z.number(), 'x', 'expected a number, got "x"'],
    [z.object({}), [], 'expected an object, got a list'],
    [z.array(z.string()), {}, 'expected a list, got an object'],
    [z.boolean(), 'x', 'expected boolean, got "x"'],
    [z.enum(['ship', 'skip']), 'x', 'expected "ship" or "skip", got "x"'],
    [z.string().max(3), 'abcd', 'expected at most 3 characters, got 4'],
    [z.array(z.number()).max(1), [1, 2], 'expected at most 1, got 2'],
    [z.unknown().refine(() => false, { error: 'its own message' }), undefined, 'its own message'],
  ])('%#: %j', (schema, value, message) => {
    expect(messages(schema, value)).toEqual([message]);
  });
});

describe('a misspelt key', () => {
  const schema = z.object({
    ship: z.number(),
    tools: z.array(z.object({ name: z.string() })).transform((tools) => tools.length),
    votes: z.object({ skip: z.number() }).nullable(),
  });

  test.each<[string, object, string | null]>([
    ['a letter is missing', { shp: 1 }, 'ship'],
    ['a letter is wrong', { shyp: 1 }, 'ship'],
    ['two letters of a short key are wrong', { shaa: 1 }, null],
    ['two letters of a long key are missing', { tls: 1 }, 'tools'],
    ['three letters of a long key are wrong', { txxxs: 1 }, null],
    ['only case and dashes differ', { 'S-H_I p': 1 }, 'ship'],
    ['the key is there as well', { shp: 1, ship: 1 }, null],
  ])('is seen where %s', (_, value, meant) => {
    expect(misspeltKeys(schema, value).map((each) => each.meant)).toEqual(meant === null ? [] : [meant]);
  });

  test('is seen in lists, in what may be null, and in what is transformed', () => {
    expect(misspeltKeys(schema, { ship: 1, tools: [{ name: '' }, { nam: '' }], votes: { skp: 1 } })).toEqual([
      { path: ['tools', 1, 'nam'], meant: 'name' },
      { path: ['votes', 'skp'], meant: 'skip' },
    ]);
    expect(misspeltKeys(schema, { ship: 1, tools: {}, votes: null })).toEqual([]);
    expect(misspeltKeys(schema, null)).toEqual([]);
  });
});

test('of more than fifty faults the others are counted', () => {
  const faults = Array.from({ length: 51 }, (_, at) => ({ path: String(at), message: 'missing' }));
  expect(limitFaults(faults.slice(0, 50))).toEqual(faults.slice(0, 50));
  expect(limitFaults(faults)).toEqual([...faults.slice(0, 50), { path: '…', message: 'and 1 more' }]);
});
