import { expect, test } from 'vitest';
import { timeOfWeek, timesBetween, weekOf } from './calendar.ts';

const at = (day: number, hour: number, minute: number, timeZone: string) => ({ day, hour, minute, timeZone });
const iso = (instants: readonly number[]) => instants.map((instant) => new Date(instant).toISOString());
const ms = (text: string) => Date.parse(text);

test('a weekly time keeps its place on the wall when summer time begins and ends', () => {
  const tuesdays = at(2, 9, 0, 'Europe/Berlin');
  expect(iso(timesBetween(tuesdays, ms('2026-03-23T00:00Z'), ms('2026-04-01T00:00Z')))).toEqual([
    '2026-03-24T08:00:00.000Z',
    '2026-03-31T07:00:00.000Z',
  ]);
  expect(iso(timesBetween(tuesdays, ms('2026-10-19T00:00Z'), ms('2026-10-28T00:00Z')))).toEqual([
    '2026-10-20T07:00:00.000Z',
    '2026-10-27T08:00:00.000Z',
  ]);
});

test('a time that summer time skips is as much later as is skipped', () => {
  const inGap = timesBetween(at(7, 2, 30, 'Europe/Berlin'), ms('2026-03-28T00:00Z'), ms('2026-03-30T00:00Z'));
  expect(iso(inGap)).toEqual(['2026-03-29T01:30:00.000Z']);
  const halfAnHour = timesBetween(
    at(7, 2, 15, 'Australia/Lord_Howe'),
    ms('2026-10-03T00:00Z'),
    ms('2026-10-05T00:00Z'),
  );
  expect(iso(halfAnHour)).toEqual(['2026-10-03T15:45:00.000Z']);
});

test('of a time that comes twice, the first counts', () => {
  const twice = timesBetween(at(7, 2, 30, 'Europe/Berlin'), ms('2026-10-24T00:00Z'), ms('2026-10-26T00:00Z'));
  expect(iso(twice)).toEqual(['2026-10-25T00:30:00.000Z']);
});

test('weeks are those of ISO 8601, in the zone', () => {
  expect(weekOf(ms('2027-01-03T12:00Z'), 'UTC')).toBe('2026-W53');
  expect(weekOf(ms('2027-01-03T12:00Z'), 'Pacific/Auckland')).toBe('2027-W01');
  expect(weekOf(ms('2026-11-24T09:00Z'), 'UTC')).toBe('2026-W48');
});

test('a week has one time', () => {
  const near = ms('2026-11-26T00:00Z');
  expect(timeOfWeek(at(2, 9, 0, 'UTC'), '2026-W48', near)).toBe(ms('2026-11-24T09:00Z'));
  expect(timeOfWeek(at(2, 9, 0, 'UTC'), '2020-W48', near)).toBeNull();
});
