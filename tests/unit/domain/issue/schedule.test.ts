import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueSlots, nextSlots } from '../../../../src/domain/issue/schedule.ts';
import { weekKeyOf } from '../../../../src/domain/issue/week.ts';

/** Both changes of the clock, the end of a year, and in two of the years a week 53. */
const overAYear = 60;
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Asia/Kolkata',
];

const isoSlots = (cron: string, timeZone: string, from: string, count: number) =>
  nextSlots({ cron, timeZone }, new Date(from), count).map((slot) => slot.toISOString());

describe('due slots', () => {
  it('are one a week, whatever the time, day, time zone and year', () => {
    const cron = fc.tuple(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 6 }),
    );
    const years = fc.constantFrom(2026, 2027, 2031, 2032, 2033);
    fc.assert(
      fc.property(cron, fc.constantFrom(...zones), years, ([minute, hour, day], timeZone, year) => {
        const from = new Date(Date.UTC(year, 0, 1));
        const slots = nextSlots({ cron: `${minute} ${hour} * * ${day}`, timeZone }, from, overAYear);
        const weeks = slots.map((slot) => weekKeyOf(slot, timeZone));
        expect(new Set(weeks).size).toBe(overAYear);
        for (const [index, slot] of slots.slice(1).entries()) {
          const hours = (slot.getTime() - (slots[index] as Date).getTime()) / 3_600_000;
          expect(hours).toBeGreaterThanOrEqual(7 * 24 - 1);
          expect(hours).toBeLessThanOrEqual(7 * 24 + 1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are the same whether asked for minute by minute or all at once, around a change of the clock as well', () => {
    const changes = [
      ['Europe/Berlin', '2026-10-25T00:00:00Z'],
      ['Europe/Berlin', '2027-03-28T00:00:00Z'],
      ['America/New_York', '2026-11-01T05:00:00Z'],
      ['America/New_York', '2027-03-14T07:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:00:00Z'],
      ['Australia/Lord_Howe', '2027-04-03T14:00:00Z'],
      ['UTC', '2026-10-25T00:00:00Z'],
    ] as const;
    for (const [timeZone, change] of changes) {
      for (const time of ['30 2', '15 2', '45 1', '30 1', '0 0', '0 3']) {
        const schedule = { cron: `${time} * * 0`, timeZone };
        const start = Date.parse(change) - 3 * 3_600_000;
        const minutes = Array.from({ length: 6 * 12 }, (_, index) => start + index * 5 * 60_000);
        const stepwise = minutes.flatMap((minute) =>
          dueSlots(schedule, new Date(minute), new Date(minute + 5 * 60_000)),
        );
        expect(stepwise).toEqual(
          dueSlots(schedule, new Date(start), new Date((minutes.at(-1) as number) + 5 * 60_000)),
        );
      }
    }
  });

  it.each([
    ['Europe/Berlin', '30 2 * * 0', '2027-03-27T00:00:00Z', '2027-03-28T01:30:00.000Z'],
    ['America/New_York', '30 2 * * 0', '2027-03-13T00:00:00Z', '2027-03-14T07:30:00.000Z'],
    ['Australia/Lord_Howe', '15 2 * * 0', '2026-10-02T00:00:00Z', '2026-10-03T15:45:00.000Z'],
  ])('does not lose a time inside the spring gap of %s', (timeZone, cron, from, expected) => {
    expect(isoSlots(cron, timeZone, from, 1)).toEqual([expected]);
  });

  it.each([
    [
      'Europe/Berlin',
      '30 2 * * 0',
      '2026-10-24T12:00:00Z',
      '2026-10-25T00:30:00.000Z',
      '2026-11-01T01:30:00.000Z',
    ],
    [
      'America/New_York',
      '30 1 * * 0',
      '2026-10-31T12:00:00Z',
      '2026-11-01T05:30:00.000Z',
      '2026-11-08T06:30:00.000Z',
    ],
    [
      'Australia/Lord_Howe',
      '45 1 * * 0',
      '2027-04-02T12:00:00Z',
      '2027-04-03T14:45:00.000Z',
      '2027-04-10T15:15:00.000Z',
    ],
    // By two hours.
    [
      'Antarctica/Troll',
      '0 1 * * 0',
      '2026-10-24T12:00:00Z',
      '2026-10-24T23:00:00.000Z',
      '2026-11-01T01:00:00.000Z',
    ],
  ])(
    'takes the first of the two times in the repeated hour of %s, and only that',
    (timeZone, cron, from, first, next) => {
      expect(isoSlots(cron, timeZone, from, 2)).toEqual([first, next]);
    },
  );

  it('include the end of the range and exclude its start', () => {
    const schedule = { cron: '0 9 * * 2', timeZone: 'UTC' };
    const slot = new Date('2026-11-24T09:00:00Z');
    expect(dueSlots(schedule, new Date('2026-11-24T08:59:00Z'), slot)).toEqual([slot]);
    expect(dueSlots(schedule, slot, new Date('2026-11-24T09:01:00Z'))).toEqual([]);
  });
});
