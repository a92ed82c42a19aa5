import { type Diagnosis, good } from '../domain/diagnosis.ts';
import { nextSlots, type Schedule } from '../domain/issue/schedule.ts';

/** When the schedule fires next. One that cannot be used stops every command, `doctor` included. */
export function checkSchedule(schedule: Schedule, now: Date): Diagnosis {
  const [next] = nextSlots(schedule, now, 1);
  const local = next?.toLocaleString('en-GB', {
    timeZone: schedule.timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
  });
  return good('Schedule', `next send on ${local}, ${schedule.timeZone} (${next?.toISOString()})`);
}
