import { counted } from '../text.ts';

export const alarmKinds = [
  'slot-overdue',
  'sending-stalled',
  'clock-was-ahead',
  'reader-mail-given-up',
  'editors-untold',
] as const;

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
  /** Mails to readers were not accepted before their links ended, or perhaps were and nobody can tell. */
  | {
      readonly kind: 'reader-mail-given-up';
      readonly since: Date;
      readonly mails: number;
      readonly reason: string | null;
    }
  /** Mails to readers have not been accepted for an hour; they are still tried. */
  | {
      readonly kind: 'reader-mail-waits';
      readonly since: Date;
      readonly mails: number;
      readonly reason: string | null;
    }
  /** The last notices to these of the `EDITOR_EMAILS`, counted from 1, were not accepted. */
  | {
      readonly kind: 'editors-untold';
      readonly since: Date;
      readonly positions: readonly number[];
      readonly of: number;
      readonly reason: string | null;
    }
  /** The schedule has not been checked for five minutes: no process with the role `scheduler` is running. */
  | { readonly kind: 'schedule-silent'; readonly since: Date };

export const overdueAfterMs = 60 * 60_000;
export const stalledAfterMs = 10 * 60_000;
export const silentAfterMs = 5 * 60_000;
/** Of a mail to a reader or to an editor. */
export const waitsAfterMs = 60 * 60_000;
/** How long a mail that was given up stays an alarm. */
export const givenUpShownMs = 7 * 24 * 60 * 60_000;

/** In one plain sentence. */
export function describeAlarm(alarm: Alarm): string {
  const since = alarm.since.toISOString();
  switch (alarm.kind) {
    case 'slot-overdue':
      return `The slot of ${since} has passed and issue ${alarm.week} is not finished: ${alarm.status}.`;
    case 'sending-stalled':
      return `Issue ${alarm.week} is being sent and has made no progress since ${since}: ${alarm.openBatches} batch(es) open${alarm.lastError === null ? '' : `, last answer: ${alarm.lastError}`}`;
    case 'reader-mail-given-up':
      return `${counted(alarm.mails, 'mail')} to readers, such as confirmations, not sent in time or of unknown outcome since ${since}, and not tried again.${lastAnswer(alarm.reason)}`;
    case 'reader-mail-waits':
      return `${counted(alarm.mails, 'mail')} to readers, such as confirmations, not accepted by the provider since ${since}; tried again until their links end.${lastAnswer(alarm.reason)}`;
    case 'editors-untold':
      return `Of the ${counted(alarm.of, 'address', 'addresses')} in EDITOR_EMAILS, no. ${alarm.positions.join(', ')} could not be mailed since ${since}. Correct it, or see what doctor says.${lastAnswer(alarm.reason)}`;
    case 'schedule-silent':
      return `The schedule has not been checked since ${since}: no process with the role scheduler is running.`;
  }
}

const lastAnswer = (reason: string | null) => (reason === null ? '' : ` The last answer: ${reason}`);
