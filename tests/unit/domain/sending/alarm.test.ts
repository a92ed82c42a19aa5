import { expect, test } from 'vitest';
import {
  type Alarm,
  describeAlarm,
  overdueAfterMs,
  silentAfterMs,
  stalledAfterMs,
} from '../../../../src/domain/sending/alarm.ts';

const since = new Date('2026-11-24T08:00:00Z');
const week = '2026-W48';

test.each<[Alarm, string]>([
  [
    { kind: 'slot-overdue', week, since, status: 'it is a draft', isReminded: true },
    'The slot of 2026-11-24T08:00:00.000Z has passed and issue 2026-W48 is not finished: it is a draft.',
  ],
  [
    { kind: 'sending-stalled', week, since, openBatches: 3, lastError: null },
    'Issue 2026-W48 is being sent and has made no progress since 2026-11-24T08:00:00.000Z: 3 batch(es) open',
  ],
  [
    { kind: 'sending-stalled', week, since, openBatches: 1, lastError: 'no answer in time.' },
    'Issue 2026-W48 is being sent and has made no progress since 2026-11-24T08:00:00.000Z: 1 batch(es) open, last answer: no answer in time.',
  ],
  [
    { kind: 'schedule-silent', since },
    'The schedule has not been checked since 2026-11-24T08:00:00.000Z: no process with the role scheduler is running.',
  ],
])('an alarm says what has not happened: %#', (alarm, sentence) => {
  expect(describeAlarm(alarm)).toBe(sentence);
});

test('an issue is overdue after an hour and stalled after ten minutes, a schedule silent after five', () => {
  expect([overdueAfterMs, stalledAfterMs, silentAfterMs]).toEqual([3_600_000, 600_000, 300_000]);
});
