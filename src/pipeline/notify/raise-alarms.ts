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
import { tellEditors } from './tell-editors.ts';

/** What should have happened and has not, at this moment. Reads only. */
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
 * Tells the editors of each alarm once: recorded and told in one transaction, whichever process sees it first.
 * A slot that waits for their approval they were reminded of already; a schedule that nobody looks at cannot be
 * told from here, and shows in `/readyz` and the metrics.
 */
export async function raiseAlarms(ctx: PipelineContext): Promise<void> {
  for (const alarm of await readAlarms(ctx)) {
    if (alarm.kind === 'schedule-silent' || (alarm.kind === 'slot-overdue' && alarm.status === 'draft'))
      continue;
    await ctx.db.transaction(async (tx) => {
      if (!(await recordAlarm(tx, alarm))) return;
      const { kind, week } = alarm;
      await tellEditors(ctx, tx, {
        kind,
        week,
        since: alarm.since.toISOString(),
        reason: describeAlarm(alarm),
      });
    });
  }
}
