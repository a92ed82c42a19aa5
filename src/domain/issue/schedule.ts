import { TZDate } from '@date-fns/tz';
import { CronExpressionParser } from 'cron-parser';
import { weekKeyOf } from './week.ts';

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

/**
 * Why a schedule cannot be used, or null: it is not a cron expression, has seconds, never fires, or fires twice in an
 * ISO week (within two years), which has only one issue.
 */
export function scheduleFault(schedule: Schedule, from: Date): string | null {
  try {
    if (schedule.cron.trim().split(/\s+/).length !== 5) return 'expected a cron expression of five fields';
    const slots = nextSlots(schedule, from, 105);
    const weeks = slots.map((slot) => weekKeyOf(slot, schedule.timeZone));
    const twice = weeks.find((week, index) => week === weeks[index - 1]);
    return twice === undefined ? null : `fires more than once in ISO week ${twice}, and a week has one issue`;
  } catch {
    return 'expected a cron expression of five fields that fires, such as 0 9 * * 2';
  }
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
