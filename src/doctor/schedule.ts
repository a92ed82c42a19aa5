import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';
import { nextSlots, type Schedule, scheduleFault } from '../domain/issue/schedule.ts';

/** Whether the schedule is usable, and when it fires next. */
export function checkSchedule(schedule: Schedule, now: Date): Diagnosis {
  const wrong = scheduleFault(schedule, now);
  if (wrong !== null)
    return fault(
      'Schedule',
      `SEND_SCHEDULE ${wrong}`,
      'Set it to one time a week, such as 0 9 * * 2 (Tuesdays at 9:00).',
    );
  const [next] = nextSlots(schedule, now, 1);
  const local = next?.toLocaleString('en-GB', {
    timeZone: schedule.timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
  });
  return good('Schedule', `next send on ${local}, ${schedule.timeZone} (${next?.toISOString()})`);
}
