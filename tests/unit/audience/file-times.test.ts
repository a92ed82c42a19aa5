import { expect, test } from 'vitest';
import { readFileTime } from '../../../src/audience/import-export/file-times.ts';

test.each([
  ['2026-05-01T12:00:00.123Z', '2026-05-01T12:00:00.123Z'],
  ['2026-05-01 12:00:00 UTC', '2026-05-01T12:00:00.000Z'],
  ['2026-05-01 12:00', '2026-05-01T12:00:00.000Z'],
  ['2026-05-01T12:00:00+02:00', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01 12:00:00 -0230', '2026-05-01T14:30:00.000Z'],
  [' 2026-05-01 ', '2026-05-01T23:59:59.999Z'],
])('%j is %s', (text, time) => {
  expect(readFileTime(text)?.toISOString()).toBe(time);
});

test.each(['', 'yes', '01/02/2026', '2026-13-01', '2026-05-01 25:00', '0000-00-00 00:00:00', 'May 2026'])(
  '%j is no time that can be told',
  (text) => {
    expect(readFileTime(text)).toBeNull();
  },
);
