export const alarmKinds = ['slot-overdue', 'sending-stalled', 'clock-was-ahead'] as const;

/** Something that should have happened but has not, so a person needs to know. */
export type Alarm =
  /** The issue is not finished an hour after its slot. */
  | {
      readonly kind: 'slot-overdue';
      readonly week: string;
      readonly since: Date;
      readonly status: string;
      /** Whether it waits for a person before its freeze, of which the editors are reminded each day. */
      readonly isReminded: boolean;
    }
  /** The issue is being sent, but nothing was recorded for ten minutes. */
  | {
      readonly kind: 'sending-stalled';
      readonly week: string;
      readonly since: Date;
      readonly openBatches: number;
      /** The most frequent last answer to these batches. */
      readonly lastError: string | null;
    }
  /** The schedule has not been checked for five minutes: no process with the role `scheduler` is running. */
  | { readonly kind: 'schedule-silent'; readonly since: Date };

export const overdueAfterMs = 60 * 60_000;
export const stalledAfterMs = 10 * 60_000;
export const silentAfterMs = 5 * 60_000;

/** In one plain sentence. */
export function describeAlarm(alarm: Alarm): string {
  const since = alarm.since.toISOString();
  switch (alarm.kind) {
    case 'slot-overdue':
      return `The slot of ${since} has passed and issue ${alarm.week} is not finished: ${alarm.status}.`;
    case 'sending-stalled':
      return `Issue ${alarm.week} is being sent and has made no progress since ${since}: ${alarm.openBatches} batch(es) open${alarm.lastError === null ? '' : `, last answer: ${alarm.lastError}`}`;
    case 'schedule-silent':
      return `The schedule has not been checked since ${since}: no process with the role scheduler is running.`;
  }
}
