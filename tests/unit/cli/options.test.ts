import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { decidedBy, parseInstant, parseList, parsePort, parseWeek } from '../../../src/cli/options.ts';

describe('an argument', () => {
  it.each(['2026-W60', '2025-W53', '2026-W00', '2026-47', '2026-W7', 'junk', ''])(
    'is rejected as a week: %j',
    (text) => {
      expect(() => parseWeek(text)).toThrow(InvalidArgumentError);
    },
  );

  it('may be week 53 in a year that has one', () => {
    expect(parseWeek('2026-W53')).toBe('2026-W53');
  });

  it.each([
    'tomorrow',
    '2026-11-24',
    '2026-11-24T09:00:00',
    '2026-02-30T09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-11-24T25:00:00Z',
    '24 Nov 2026 09:00 UTC',
  ])('is rejected as an instant: %j', (text) => {
    expect(() => parseInstant(text)).toThrow(InvalidArgumentError);
  });

  it.each([
    ['2026-11-24T09:00Z', '2026-11-24T09:00:00.000Z'],
    ['2026-11-24T00:30:00+02:00', '2026-11-23T22:30:00.000Z'],
    ['2028-02-29T09:00:00.5Z', '2028-02-29T09:00:00.500Z'],
  ])('is accepted as an instant: %s', (text, instant) => {
    expect(parseInstant(text).toISOString()).toBe(instant);
  });

  it.each(['65536', '-1', '80.5', 'http', ''])('is rejected as a port: %j', (text) => {
    expect(() => parsePort(text)).toThrow(InvalidArgumentError);
  });

  it('is split at commas when it is a list, without empty parts', () => {
    expect(parseList(' a-vs-b,, c-vs-d ,')).toEqual(['a-vs-b', 'c-vs-d']);
  });
});

describe('who decides', () => {
  it('is the name that --by gives, or else the user of the machine', () => {
    expect(decidedBy({ by: ' Ada ' })).toBe('Ada');
    for (const options of [{}, { by: '' }, { by: '  ' }])
      expect(decidedBy(options)).toBe(userInfo().username);
  });
});
