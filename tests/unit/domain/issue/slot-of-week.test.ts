import { describe, expect, it } from 'vitest';
import { isSlotOf, slotOfWeek } from '../../../../src/domain/issue/schedule.ts';

const tuesdays = { cron: '0 9 * * 2', timeZone: 'Europe/Berlin' };
const firsts = { cron: '0 9 1 * *', timeZone: 'Europe/Berlin' };

describe('the slot of a week', () => {
  it.each([
    [tuesdays, '2026-W48', '2026-11-24T08:00:00.000Z'],
    [tuesdays, '2026-W30', '2026-07-21T07:00:00.000Z'],
    [firsts, '2026-W49', '2026-12-01T08:00:00.000Z'],
    [firsts, '2026-W48', null],
    [{ cron: '0 0 * * 1', timeZone: 'Pacific/Kiritimati' }, '2026-W48', '2026-11-22T10:00:00.000Z'],
    [{ cron: '0 23 * * 0', timeZone: 'Pacific/Niue' }, '2026-W48', '2026-11-30T10:00:00.000Z'],
  ])('of %j in %s is %s', (schedule, week, slot) => {
    expect(slotOfWeek(schedule, week)?.toISOString() ?? null).toBe(slot);
  });
});

describe('an instant', () => {
  it.each([
    ['2026-11-24T08:00:00Z', '2026-W48', true],
    ['2026-11-24T08:00:00Z', '2026-W47', false],
    ['2026-11-24T08:00:00.001Z', '2026-W48', false],
    ['2026-11-24T07:59:59.999Z', '2026-W48', false],
    ['2026-11-25T08:00:00Z', '2026-W48', false],
  ])('%s is the slot of %s: %s', (instant, week, is) => {
    expect(isSlotOf(tuesdays, new Date(instant), week)).toBe(is);
  });

  it('belongs to the week that it has in the time zone of the schedule', () => {
    const earlyMondays = { cron: '30 0 * * 1', timeZone: 'Europe/Berlin' };
    const slot = new Date('2026-11-22T23:30:00Z');
    expect(['2026-W47', '2026-W48'].map((week) => isSlotOf(earlyMondays, slot, week))).toEqual([false, true]);
  });
});
