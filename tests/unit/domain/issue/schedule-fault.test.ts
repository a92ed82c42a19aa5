import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextSlots } from '../../../../src/domain/issue/schedule.ts';
import { scheduleFault } from '../../../../src/domain/issue/schedule-fault.ts';
import { weekKeyOf } from '../../../../src/domain/issue/week.ts';

describe('a schedule', () => {
  it.each([
    '0 9 * * 2',
    '30 2 * * 0',
    '0 9 1 * *',
    '59 23 * * 7',
    '0 9 * * tue',
    '0 9 29 2 *',
    '0 9 1,8,15,22 * *',
    '0 9 8 1 *',
    '0 9 1,29 1 *',
    ' 0  9 * * 2 ',
  ])('of %s can be used', (cron) => {
    expect(scheduleFault(cron)).toBeNull();
  });

  it.each(['tuesday', '', '0 0 9 * * 2', '@weekly', 'H 9 * * 2', '0 9 L * *', '0 9 * * 2#1', '0 9 ? * 2'])(
    'of %s is refused: it is not five plain fields',
    (cron) => {
      expect(scheduleFault(cron)).toContain('expected the five fields');
    },
  );

  it.each(['61 9 * * 2', '0 25 * * 2', '0 9 * 13 2', '0 9 * * 8', '5-1 9 * * 2'])(
    'of %s is refused: it cannot be read',
    (cron) => {
      expect(scheduleFault(cron)).toContain('can be read');
    },
  );

  it('of 31 February is refused: it never fires', () => {
    expect(scheduleFault('0 9 31 2 *')).toBe('it never fires');
  });

  it.each([
    '0 9 * * 2,4',
    '* * * * *',
    '0 9,10 * * 2',
    '*/30 9 * * 2',
    '0 9 1 * 1',
    '0 9 1,2 1 *',
    '0 9 */7 * *',
  ])('of %s is refused: it fires twice in some week', (cron) => {
    expect(scheduleFault(cron)).toMatch(/more than once in a week \(\d{4}-W\d{2}/);
  });

  it.each([
    ['0 9 * * 2,4', '2001-W01'],
    ['0 9 8,9 1 *', '2001-W02'],
    ['0 9 15 1 1', '2002-W03'],
  ])('of %s is refused with the first such week, %s', (cron, week) => {
    expect(scheduleFault(cron)).toBe(
      `it fires more than once in a week (${week}, for example); a week has one issue`,
    );
  });

  it('that can be used fires once a week at most, whatever its fields', () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min, max }).map(String),
        fc
          .uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 2 })
          .map((pair) => pair.join(',')),
      );
    const cron = fc.tuple(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      field(1, 28),
      field(1, 12),
      field(0, 6),
    );
    fc.assert(
      fc.property(cron, (fields) => {
        const expression = fields.join(' ');
        const slots = nextSlots({ cron: expression, timeZone: 'UTC' }, new Date('2026-01-01T00:00:00Z'), 40);
        const weeks = slots.map((slot) => weekKeyOf(slot, 'UTC'));
        const isTwice = new Set(weeks).size < weeks.length;
        // Twice within the next 40 is twice for good; once within them may still be twice some year.
        if (isTwice) expect(scheduleFault(expression)).not.toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});
