import { expect, test } from 'vitest';
import { localTime, shortLocalTime } from '../../../src/domain/local-time.ts';

test.each([
  [
    '2026-12-01T08:00:00Z',
    'Europe/Berlin',
    'Tuesday 1 December 2026, 09:00 Europe/Berlin',
    '2026-12-01 09:00',
  ],
  ['2026-07-05T20:05:00Z', 'Asia/Tokyo', 'Monday 6 July 2026, 05:05 Asia/Tokyo', '2026-07-06 05:05'],
  ['2027-01-01T00:00:00Z', 'UTC', 'Friday 1 January 2027, 00:00 UTC', '2027-01-01 00:00'],
])('%s in %s is written as %o and in columns as %o', (instant, timeZone, long, short) => {
  expect(localTime(new Date(instant), timeZone)).toBe(long);
  expect(shortLocalTime(new Date(instant), timeZone)).toBe(short);
});
