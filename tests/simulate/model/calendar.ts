import type { WeeklyTime } from '../world/conditions.ts';
import { dayMs, hourMs } from '../world/time.ts';

/*
 * The calendar as the model reckons it: from the documents, and with nothing of the program's. A day is a number of
 * days since 1 January 1970, which was a Thursday.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function offsetMs(timeZone: string, instant: number): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const parts = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...parts });
    formats.set(timeZone, format);
  }
  const whole = Math.floor(instant / 60_000) * 60_000;
  const part = Object.fromEntries(
    format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]),
  );
  const local = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute);
  return local - whole;
}

/** The ISO week (ISO 8601) of an instant in a zone, as `2026-W48`. */
export function weekOf(instant: number, timeZone: string): string {
  return weekOfDay(Math.floor((instant + offsetMs(timeZone, instant)) / dayMs));
}

/** 0 for Monday. */
const weekday = (day: number) => (((day + 3) % 7) + 7) % 7;

function weekOfDay(day: number): string {
  // The Thursday of a week is in the year that the week belongs to.
  const thursday = day - weekday(day) + 3;
  const year = new Date(thursday * dayMs).getUTCFullYear();
  const number = Math.floor((thursday - Date.UTC(year, 0, 1) / dayMs) / 7) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

/** The days of the weeks around an instant, as its zone has them: Mondays. */
function mondayOf(instant: number, timeZone: string): number {
  const day = Math.floor((instant + offsetMs(timeZone, instant)) / dayMs);
  return day - weekday(day);
}

/**
 * When a wall-clock time is, in a zone. One that daylight saving skips is as much later as is skipped; of one that comes
 * twice, the first counts.
 */
function instantOf(day: number, { hour, minute, timeZone }: WeeklyTime): number {
  const asUtc = day * dayMs + hour * hourMs + minute * 60_000;
  const before = offsetMs(timeZone, asUtc - dayMs);
  const after = offsetMs(timeZone, asUtc + dayMs);
  const isAt = (instant: number) => instant + offsetMs(timeZone, instant) === asUtc;
  const [first, second] = [asUtc - Math.max(before, after), asUtc - Math.min(before, after)];
  if (isAt(first)) return first;
  if (isAt(second)) return second;
  return asUtc - before;
}

/** The send times in (after, until]. */
export function timesBetween(at: WeeklyTime, after: number, until: number): number[] {
  const times: number[] = [];
  for (let monday = mondayOf(after, at.timeZone) - 7; monday * dayMs < until + 8 * dayMs; monday += 7) {
    const time = instantOf(monday + at.day - 1, at);
    if (time > after && time <= until) times.push(time);
  }
  return times;
}

/** The send time in the ISO week with this name, near an instant; null where there is none. */
export function timeOfWeek(at: WeeklyTime, week: string, near: number): number | null {
  const times = timesBetween(at, near - 80 * dayMs, near + 40 * dayMs);
  return times.find((time) => weekOf(time, at.timeZone) === week) ?? null;
}
