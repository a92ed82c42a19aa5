import { CronExpressionParser } from 'cron-parser';
import { weekKeyOf } from './week.ts';

/** Digits, `*`, lists, ranges, steps, and the names of days and months; no `H`, `L`, `#` or `@weekly`. */
const plainField =
  /^(?:[\d*,/-]|sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)+$/i;

const dayMs = 86_400_000;
/** A Monday. 28 years later every date falls on the same day of the week again. */
const firstDay = Date.UTC(2001, 0, 1);
const days = 28 * 365 + 7;

/**
 * Why a schedule cannot be used, or null: not five plain fields of a cron expression, never fires (31 February), or
 * fires twice in an ISO week within 28 years, since a week has one issue. Looks at a fixed span, so that the answer
 * never changes from one day to the next.
 */
export function scheduleFault(cron: string): string | null {
  const fields = cron.trim().split(/\s+/);
  const odd = fields.find((field) => !plainField.test(field));
  if (fields.length !== 5 || odd !== undefined) {
    return 'expected the five fields of a cron expression, such as 0 9 * * 2 (minute, hour, day, month, day of the week)';
  }
  const firing = firingDays(cron);
  if (firing === null) return 'expected a cron expression that can be read, such as 0 9 * * 2';
  if (firing.days.length === 0) return 'it never fires';
  const twice =
    firing.timesADay > 1
      ? firing.days[0]
      : firing.days.find((day, at) => Math.floor(day / 7) === Math.floor((firing.days[at - 1] ?? -7) / 7));
  if (twice === undefined) return null;
  const week = weekKeyOf(new Date(firstDay + twice * dayMs), 'UTC');
  return `it fires more than once in a week (${week}, for example); a week has one issue`;
}

/** Days of the span, counted from its first, on which the expression fires; null when it cannot be read. */
function firingDays(cron: string): { readonly days: readonly number[]; readonly timesADay: number } | null {
  try {
    const { fields } = CronExpressionParser.parse(cron);
    const has = (values: readonly (number | string)[], value: number) => values.includes(value);
    const { dayOfMonth, dayOfWeek, month } = fields;
    const isFiring = (at: number) => {
      const date = new Date(firstDay + at * dayMs);
      if (!has(month.values, date.getUTCMonth() + 1)) return false;
      const byDate = has(dayOfMonth.values, date.getUTCDate());
      const byDay = has(dayOfWeek.values, date.getUTCDay());
      // Where both are given, either will do, as in every cron.
      return dayOfMonth.isWildcard || dayOfWeek.isWildcard ? byDate && byDay : byDate || byDay;
    };
    return {
      days: Array.from({ length: days }, (_, at) => at).filter(isFiring),
      timesADay: fields.hour.values.length * fields.minute.values.length,
    };
  } catch (error) {
    // The parser itself refuses a day that no month of the expression has.
    return /day of month/i.test(String(error)) ? { days: [], timesADay: 0 } : null;
  }
}
