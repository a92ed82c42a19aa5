import { TZDate } from '@date-fns/tz';
import { CronExpressionParser } from 'cron-parser';
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

/** Time zones turn the clock back by half an hour (Lord Howe) or an hour. */
const clockBackMs = [30 * 60_000, 60 * 60_000];

function placeInZone(wall: Date, timeZone: string): Date {
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  const placed = new TZDate(year, month, day, wall.getUTCHours(), wall.getUTCMinutes(), timeZone).getTime();
  const showsTheSame = (instant: number) => wallClockOf(instant, timeZone) === wallClockOf(placed, timeZone);
  const earlier = clockBackMs.map((back) => placed - back).find(showsTheSame);
  return new Date(earlier ?? placed);
}

function wallClockOf(instant: number, timeZone: string): string {
  const local = new TZDate(instant, timeZone);
  return `${local.getDate()} ${local.getHours()}:${local.getMinutes()}`;
}
