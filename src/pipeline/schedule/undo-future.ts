import type { Tx } from '../../db/client.ts';
import { recordAlarm } from '../../db/queries/issue/alarms.ts';
import { findIssue, retakeComparisons } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { reopenFutureSlots } from '../../db/queries/issue/slots.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';

/**
 * After a clock that ran ahead is right again: slots that were closed, or left waiting, in what is still the future
 * are open again, and issues that were missed there are what they were before. The editors are told once. A missed
 * issue of which another issue has taken a comparison meanwhile stays missed.
 */
export async function undoFuture(ctx: PipelineContext, tx: Tx, wasAhead: boolean): Promise<void> {
  const now = ctx.clock.now();
  const reopened = await reopenFutureSlots(tx, now);
  for (const { week, slot } of reopened) {
    const issue = await findIssue(tx, week);
    if (issue?.status !== 'missed' || issue.missedFrom === null) continue;
    if (!(await retakeComparisons(tx, issue.id))) continue;
    const decision = {
      at: now,
      who: 'schedule',
      reason: `the clock was ahead: ${slot.toISOString()} is to come`,
    };
    await moveIssue(
      tx,
      issue.id,
      'undo miss',
      decision,
      issue.missedFrom.startsWith('held') ? { heldReason: 'It was held before the clock ran ahead.' } : {},
      issue.missedFrom,
    );
  }
  if (!wasAhead && reopened.length === 0) return;
  const week = weekKeyOf(now, ctx.settings.timeZone);
  if (!(await recordAlarm(tx, { kind: 'clock-was-ahead', week, since: now }))) return;
  await enqueueNotice(ctx, tx, {
    ...{ kind: 'clock-was-ahead', week, since: now.toISOString() },
    reopened: reopened.map(({ slot }) => slot.toISOString()),
  });
}
