import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWeekKey, weekBefore, weekDates, weekKeyOf, weekLabel } from '../../../../src/domain/issue/week.ts';

const keyOf = (instant: string, timeZone = 'UTC') => weekKeyOf(new Date(instant), timeZone);

describe('the week of an instant', () => {
  test.each([
    ['2026-11-18T09:00:00Z', '2026-W47'],
    ['2026-11-22T23:59:59.999Z', '2026-W47'],
    ['2026-11-23T00:00:00Z', '2026-W48'],
    ['2026-12-31T12:00:00Z', '2026-W53'],
    ['2027-01-01T12:00:00Z', '2026-W53'],
    ['2027-01-03T23:59:59Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2024-12-29T12:00:00Z', '2024-W52'],
    ['2024-12-30T00:00:00Z', '2025-W01'],
    ['2020-12-31T00:00:00Z', '2020-W53'],
    ['2028-02-29T00:00:00Z', '2028-W09'],
    ['2022-01-01T00:00:00Z', '2021-W52'],
  ])('%s is in %s', (instant, key) => {
    expect(keyOf(instant)).toBe(key);
  });

  test('is that of the local date in the time zone', () => {
    expect(keyOf('2026-11-23T03:00:00Z', 'America/New_York')).toBe('2026-W47');
    expect(keyOf('2026-11-23T05:00:00Z', 'America/New_York')).toBe('2026-W48');
    expect(keyOf('2026-11-22T16:00:00Z', 'Asia/Tokyo')).toBe('2026-W48');
    expect(keyOf('2026-11-22T10:00:00Z', 'Pacific/Kiritimati')).toBe('2026-W48');
    expect(keyOf('2026-11-23T10:59:00Z', 'Pacific/Pago_Pago')).toBe('2026-W47');
    expect(keyOf('2026-11-22T18:14:59Z', 'Asia/Kathmandu')).toBe('2026-W47');
    expect(keyOf('2026-11-22T18:15:00Z', 'Asia/Kathmandu')).toBe('2026-W48');
  });

  test('changes at local midnight, even on a night when the clocks change', () => {
    // Lebanon springs forward at midnight itself: Sunday 29 March 2026 begins at 01:00.
    expect(keyOf('2026-03-29T20:59:59Z', 'Asia/Beirut')).toBe('2026-W13');
    expect(keyOf('2026-03-29T21:00:00Z', 'Asia/Beirut')).toBe('2026-W14');
    // Berlin falls back on Sunday 25 October 2026: that Sunday has 25 hours.
    expect(keyOf('2026-10-25T22:59:59Z', 'Europe/Berlin')).toBe('2026-W43');
    expect(keyOf('2026-10-25T23:00:00Z', 'Europe/Berlin')).toBe('2026-W44');
  });

  test('is an error for an unknown time zone or an invalid instant', () => {
    expect(() => keyOf('2026-11-23T03:00:00Z', 'Nowhere/Land')).toThrow(RangeError);
    expect(() => weekKeyOf(new Date(Number.NaN), 'UTC')).toThrow(
      new RangeError('not an instant in a known time zone: UTC'),
    );
  });

  test('agrees with the ISO definition by Thursdays, in any time zone', () => {
    const zones = fc.constantFrom(
      'UTC',
      'America/New_York',
      'America/St_Johns',
      'Asia/Beirut',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Europe/Berlin',
      'Pacific/Apia',
      'Pacific/Kiritimati',
    );
    const instants = fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: new Date('2099-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, zones, (instant, timeZone) => {
        expect(weekKeyOf(instant, timeZone)).toBe(byThursday(instant, timeZone));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a week key', () => {
  test.each(['2026-W01', '2026-W53', '2020-W53', '2032-W53', '2025-W52', '9999-W52'])('%s exists', (key) => {
    expect(isWeekKey(key)).toBe(true);
  });

  test.each([
    '2025-W53',
    '2027-W53',
    '2026-W00',
    '2026-W54',
    '2026-W99',
    '2026-w10',
    '2026-W1',
    '2026W10',
    '26-W10',
    ' 2026-W10',
    '2026-W10\n',
    '٢٠٢٦-W10',
    '-026-W10',
    '',
  ])('%o does not', (key) => {
    expect(isWeekKey(key)).toBe(false);
    expect(() => weekDates(key)).toThrow(new RangeError(`not an ISO week: ${key}`));
  });

  test('names seven days from Monday to Sunday, all of them in that week', () => {
    const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (instant) => {
        const key = weekKeyOf(instant, 'UTC');
        const { monday, sunday } = weekDates(key);
        expect(new Date(monday).getUTCDay()).toBe(1);
        expect(Date.parse(sunday) - Date.parse(monday)).toBe(6 * 86_400_000);
        expect(keyOf(`${monday}T00:00:00Z`)).toBe(key);
        expect(keyOf(`${sunday}T23:59:59Z`)).toBe(key);
        expect(isWeekKey(key)).toBe(true);
      }),
    );
  });

  test('sorts as text in chronological order', () => {
    const day = fc.date({ min: new Date('1000-01-01'), max: new Date('9998-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(day, day, (a, b) => {
        if (a <= b) expect(weekKeyOf(a, 'UTC') <= weekKeyOf(b, 'UTC')).toBe(true);
      }),
    );
  });
});

test.each([
  ['2026-W48', '23–29 November 2026'],
  ['2026-W53', '28 December 2026 – 3 January 2027'],
  ['2026-W05', '26 January – 1 February 2026'],
  ['2024-W09', '26 February – 3 March 2024'],
  ['2029-W01', '1–7 January 2029'],
])('%s reads %o', (key, label) => {
  expect(weekLabel(key)).toBe(label);
});

/** ISO 8601 by its definition: the year and the number of the Thursday. */
function byThursday(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' })
    .formatToParts(instant)
    .map((part) => [part.type, Number(part.value)]);
  const { year, month, day } = Object.fromEntries(parts);
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const days = (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000;
  return `${date.getUTCFullYear()}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
}

test.each([
  ['2026-W48', 0, '2026-W48'],
  ['2026-W48', 4, '2026-W44'],
  ['2026-W01', 1, '2025-W52'],
  ['2027-W02', 3, '2026-W52'],
])('before %s by %i weeks is %s', (week, weeks, before) => {
  expect(weekBefore(week, weeks)).toBe(before);
});

test('a year before 1000 has four digits as well', () => {
  expect(weekKeyOf(new Date('0999-06-01T00:00:00Z'), 'UTC')).toMatch(/^0999-W\d{2}$/);
});
