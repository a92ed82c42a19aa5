export const alarmKinds = ['slot-overdue', 'sending-stalled'] as const;

/** Something that should have happened and has not; the schedule of the newsletter depends on somebody knowing. */
export type Alarm =
  /** An hour after its slot the issue is not finished. */
  | { readonly kind: 'slot-overdue'; readonly week: string; readonly since: Date; readonly status: string }
  /** Being sent, and nothing was booked for ten minutes. */
  | {
      readonly kind: 'sending-stalled';
      readonly week: string;
      readonly since: Date;
      readonly openBatches: number;
      /** What most of them were answered last. */
      readonly lastError: string | null;
    }
  /** Nobody has looked at the schedule for five minutes: no process with the role `scheduler` runs. */
  | { readonly kind: 'schedule-silent'; readonly since: Date };

export const overdueAfterMs = 60 * 60_000;
export const stalledAfterMs = 10 * 60_000;
export const silentAfterMs = 5 * 60_000;

/** One plain sentence. */
export function describeAlarm(alarm: Alarm): string {
  const since = alarm.since.toISOString();
  switch (alarm.kind) {
    case 'slot-overdue':
      return `The slot of ${since} has passed and issue ${alarm.week} is not finished: ${alarm.status}.`;
    case 'sending-stalled':
      return `Issue ${alarm.week} is being sent and has made no progress since ${since}: ${alarm.openBatches} batch(es) open${alarm.lastError === null ? '' : `, last answer: ${alarm.lastError}`}`;
    case 'schedule-silent':
      return `Nobody has looked at the schedule since ${since}: no process with the role scheduler runs.`;
  }
}
