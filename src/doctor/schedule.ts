import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';
import { nextSlots, type Schedule, scheduleFault } from '../domain/issue/schedule.ts';

/** Whether the schedule makes sense, and when it fires next. */
export function checkSchedule(schedule: Schedule, now: Date): Diagnosis {
  const wrong = scheduleFault(schedule, now);
  if (wrong !== null)
    return fault('Schedule', `SEND_SCHEDULE ${wrong}`, 'Set it to one time a week, such as 0 9 * * 2.');
  const [next] = nextSlots(schedule, now, 1);
  const local = next?.toLocaleString('en-GB', {
    timeZone: schedule.timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
  });
  return good('Schedule', `next slot ${local} in ${schedule.timeZone} (${next?.toISOString()})`);
}
