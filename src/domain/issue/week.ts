import { TZDate } from '@date-fns/tz';
// Imported one by one: the package's index loads 300 modules, which takes 220 MB and over a second.
import { addDays } from 'date-fns/addDays';
import { format } from 'date-fns/format';
import { wallClock } from '../local-time.ts';

/** ISO 8601 week key such as `2026-W48`; the identity of an issue. */
export type WeekKey = string;

const weekKeyPattern = /^(\d{4})-W(\d{2})$/;
const dayMs = 86_400_000;

/** The ISO week in which `instant` falls in `timeZone` (IANA name). */
export function weekKeyOf(instant: Date, timeZone: string): WeekKey {
  const local = wallClock(instant, timeZone);
  if (Number.isNaN(local.getTime())) throw new RangeError(`not an instant in a known time zone: ${timeZone}`);
  // A week belongs to the year of its Thursday, and its number counts the Thursdays of that year (ISO 8601).
  const thursday = new Date(local.getTime() + (3 - daysSinceMonday(local)) * dayMs);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`;
}

/** Whether the text names a week that exists: `2026-W53` does, `2025-W53` does not. */
export function isWeekKey(text: string): boolean {
  return mondayOf(text) !== null;
}

/** The week that comes this many weeks before another. */
export function weekBefore(key: WeekKey, weeks: number): WeekKey {
  return weekKeyOf(addDays(new TZDate(`${weekDates(key).monday}T00:00:00Z`, 'UTC'), -7 * weeks), 'UTC');
}

/** Monday and Sunday of the week as plain dates (`2026-11-23`), without a time zone. */
export function weekDates(key: WeekKey): { readonly monday: string; readonly sunday: string } {
  const monday = mondayOf(key);
  if (monday === null) throw new RangeError(`not an ISO week: ${key}`);
  return { monday: format(monday, 'yyyy-MM-dd'), sunday: format(addDays(monday, 6), 'yyyy-MM-dd') };
}

/** "23–29 November 2026", "28 December 2026 – 3 January 2027". */
export function weekLabel(key: WeekKey): string {
  const dates = weekDates(key);
  const [from, to] = [
    new TZDate(`${dates.monday}T00:00:00Z`, 'UTC'),
    new TZDate(`${dates.sunday}T00:00:00Z`, 'UTC'),
  ];
  if (format(from, 'yyyy') !== format(to, 'yyyy'))
    return `${format(from, 'd MMMM yyyy')} – ${format(to, 'd MMMM yyyy')}`;
  if (format(from, 'M') !== format(to, 'M'))
    return `${format(from, 'd MMMM')} – ${format(to, 'd MMMM yyyy')}`;
  return `${format(from, 'd')}–${format(to, 'd MMMM yyyy')}`;
}

function mondayOf(key: string): Date | null {
  const [, year, week] = weekKeyPattern.exec(key) ?? [];
  if (year === undefined || week === undefined) return null;
  // 4 January is always in week 1 (ISO 8601).
  const fourth = new Date(Date.UTC(Number(year), 0, 4));
  const days = 7 * (Number(week) - 1) - daysSinceMonday(fourth);
  const monday = new TZDate(fourth.getTime() + days * dayMs, 'UTC');
  return weekKeyOf(monday, 'UTC') === key ? monday : null;
}

const daysSinceMonday = (date: Date) => (date.getUTCDay() + 6) % 7;
