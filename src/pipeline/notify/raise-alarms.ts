import { readReaderMailTrouble, readUntoldEditors } from '../../db/queries/audience/short-mails.ts';
import {
  readLastTick,
  readOverdueSlots,
  readStalledIssues,
  recordAlarm,
} from '../../db/queries/issue/alarms.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import {
  type Alarm,
  type alarmKinds,
  describeAlarm,
  givenUpShownMs,
  overdueAfterMs,
  silentAfterMs,
  stalledAfterMs,
  waitsAfterMs,
} from '../../domain/sending/alarm.ts';
import { editorHash } from '../../domain/sending/short-mail.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from './enqueue-notice.ts';

type AlarmContext = Pick<PipelineContext, 'db' | 'clock' | 'settings'>;

/** What should have happened by now and has not. Reads only. */
export async function readAlarms(ctx: AlarmContext): Promise<Alarm[]> {
  const now = ctx.clock.now().getTime();
  const lastTick = await readLastTick(ctx.db);
  return [
    ...(await readOverdueSlots(ctx.db, new Date(now - overdueAfterMs))),
    ...(await readStalledIssues(ctx.db, stalledAfterMs)),
    ...(await readMailAlarms(ctx)),
    ...(lastTick !== null && now - lastTick.getTime() > silentAfterMs
      ? [{ kind: 'schedule-silent' as const, since: lastTick }]
      : []),
  ];
}

/**
 * Notifies the editors of each alarm once, whichever process sees it first: the alarm is recorded and its notice
 * enqueued in one transaction. Those that `isForEditors` leaves out are shown by `status`, `/readyz` and the metrics.
 */
export async function raiseAlarms(ctx: PipelineContext): Promise<void> {
  for (const alarm of await readAlarms(ctx)) {
    if (!isForEditors(alarm)) continue;
    await ctx.db.transaction(async (tx) => {
      const { kind } = alarm;
      const week = 'week' in alarm ? alarm.week : weekKeyOf(alarm.since, ctx.settings.timeZone);
      if (!(await recordAlarm(tx, { kind, week, since: alarm.since }))) return;
      await enqueueNotice(ctx, tx, {
        kind,
        week,
        since: alarm.since.toISOString(),
        reason: describeAlarm(alarm),
      });
    });
  }
}

type ForEditors = Extract<Alarm, { kind: (typeof alarmKinds)[number] }>;

/**
 * Left out are: a slot that waits for a person, of which they are reminded anyway; a silent schedule, since then nothing
 * calls this; mails that still may be sent; and that no editor can be mailed.
 */
function isForEditors(alarm: Alarm): alarm is ForEditors {
  switch (alarm.kind) {
    case 'slot-overdue':
      return !alarm.isReminded;
    case 'editors-untold':
      return alarm.positions.length < alarm.of;
    default:
      return alarm.kind === 'sending-stalled' || alarm.kind === 'reader-mail-given-up';
  }
}

/** Mails to readers and notices to editors that the provider did not take. */
async function readMailAlarms({ db, clock, settings }: AlarmContext): Promise<Alarm[]> {
  const now = clock.now().getTime();
  const waitingBefore = new Date(now - waitsAfterMs);
  const trouble = await readReaderMailTrouble(db, {
    givenUpAfter: new Date(now - givenUpShownMs),
    waitingBefore,
  });
  const { waiting, 'given-up': givenUp } = trouble;
  const hashes = settings.editorEmails.map(editorHash);
  const untold = await readUntoldEditors(db, hashes, waitingBefore);
  const [first] = untold.toSorted((a, b) => a.since.getTime() - b.since.getTime());
  return [
    ...(givenUp === undefined ? [] : [{ kind: 'reader-mail-given-up' as const, ...givenUp }]),
    ...(waiting === undefined ? [] : [{ kind: 'reader-mail-waits' as const, ...waiting }]),
    ...(first === undefined
      ? []
      : [
          {
            ...{ kind: 'editors-untold' as const, since: first.since, reason: first.reason },
            positions: untold.map(({ editor }) => hashes.indexOf(editor) + 1).toSorted((a, b) => a - b),
            of: hashes.length,
          },
        ]),
  ];
}
