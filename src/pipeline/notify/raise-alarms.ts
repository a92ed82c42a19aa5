import {
  readLastTick,
  readOverdueSlots,
  readStalledIssues,
  recordAlarm,
} from '../../db/queries/issue/alarms.ts';
import {
  type Alarm,
  describeAlarm,
  overdueAfterMs,
  silentAfterMs,
  stalledAfterMs,
} from '../../domain/sending/alarm.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from './enqueue-notice.ts';

/** What should have happened by now and has not. Reads only. */
export async function readAlarms(ctx: Pick<PipelineContext, 'db' | 'clock'>): Promise<Alarm[]> {
  const now = ctx.clock.now().getTime();
  const lastTick = await readLastTick(ctx.db);
  return [
    ...(await readOverdueSlots(ctx.db, new Date(now - overdueAfterMs))),
    ...(await readStalledIssues(ctx.db, stalledAfterMs)),
    ...(lastTick !== null && now - lastTick.getTime() > silentAfterMs
      ? [{ kind: 'schedule-silent' as const, since: lastTick }]
      : []),
  ];
}

/**
 * Notifies the editors of each alarm once, whichever process sees it first: the alarm is recorded and its notice
 * enqueued in one transaction. Two kinds are left out. Of a slot that waits for a person the editors are reminded
 * anyway; and a silent schedule cannot be reported from here, since then nothing calls this, so `/readyz` and the
 * metrics show it.
 */
export async function raiseAlarms(ctx: PipelineContext): Promise<void> {
  for (const alarm of await readAlarms(ctx)) {
    if (alarm.kind === 'schedule-silent' || (alarm.kind === 'slot-overdue' && alarm.isReminded)) continue;
    await ctx.db.transaction(async (tx) => {
      if (!(await recordAlarm(tx, alarm))) return;
      const { kind, week } = alarm;
      await enqueueNotice(ctx, tx, {
        kind,
        week,
        since: alarm.since.toISOString(),
        reason: describeAlarm(alarm),
      });
    });
  }
}
