import { CronExpressionParser } from 'cron-parser';
import { offsetMs, wallClock } from '../local-time.ts';
import { type WeekKey, weekDates, weekKeyOf } from './week.ts';

/** When issues are sent: a cron expression of five fields, in a time zone. */
export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
}

const dayMs = 24 * 60 * 60_000;

/**
 * The send times in (after, until], oldest first. Pure. A time that a daylight-saving change skips moves forward by
 * the length of the gap, and of a time that it repeats the first counts: each wall-clock time is one slot.
 */
export function dueSlots(schedule: Schedule, after: Date, until: Date): Date[] {
  const slots: Date[] = [];
  for (const slot of slotsFrom(schedule, after)) {
    if (slot > until) break;
    slots.push(slot);
  }
  return slots;
}

/** The next `count` send times after an instant. */
export function nextSlots(schedule: Schedule, after: Date, count: number): Date[] {
  const slots: Date[] = [];
  for (const slot of slotsFrom(schedule, after)) {
    slots.push(slot);
    if (slots.length === count) break;
  }
  return slots;
}

/** Whether the schedule names this instant as the slot of this week. */
export function isSlotOf(schedule: Schedule, instant: Date, week: WeekKey): boolean {
  const isNamed = dueSlots(schedule, new Date(instant.getTime() - 1), instant).length > 0;
  return isNamed && weekKeyOf(instant, schedule.timeZone) === week;
}

/** The slot of an ISO week in the schedule's time zone; null for a week without one. */
export function slotOfWeek(schedule: Schedule, week: WeekKey): Date | null {
  const monday = Date.parse(`${weekDates(week).monday}T00:00:00Z`);
  // A day more on either side: time zones reach from 12 hours behind to 14 hours ahead.
  const near = dueSlots(schedule, new Date(monday - dayMs), new Date(monday + 8 * dayMs));
  return near.find((slot) => weekKeyOf(slot, schedule.timeZone) === week) ?? null;
}

/**
 * Iterates over wall-clock times as if they were UTC, where no hour is skipped or repeated, and only then puts each in
 * the time zone. In a zone with daylight saving, cron-parser itself loses times in a gap of half an hour (Lord Howe) and
 * gives different answers when started within a repeated hour.
 */
function* slotsFrom({ cron, timeZone }: Schedule, after: Date): Generator<Date> {
  const wallClock = CronExpressionParser.parse(cron, {
    tz: 'UTC',
    currentDate: new Date(after.getTime() - 2 * dayMs),
  });
  let last = after;
  while (true) {
    const slot = placeInZone(wallClock.next().toDate(), timeZone);
    if (slot <= last) continue;
    last = slot;
    yield slot;
  }
}

/**
 * The first instant at which clocks in the zone show this time. A time that none shows is moved forward by the length of
 * the gap, as the offset before the gap gives it.
 */
function placeInZone(wall: Date, timeZone: string): Date {
  const withOffsetOf = (day: number) => new Date(wall.getTime() - offsetMs(new Date(day), timeZone));
  // Before a change of the clock nearby, if there is one, and after it.
  const before = withOffsetOf(wall.getTime() - dayMs);
  const after = withOffsetOf(wall.getTime() + dayMs);
  const shown = [before, after].find((at) => wallClock(at, timeZone).getTime() === wall.getTime());
  return shown ?? before;
}
