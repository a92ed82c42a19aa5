import type { Tx } from '../../db/client.ts';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { findIssue, readUnfrozen } from '../../db/queries/issue/issues.ts';
import { findDroppedSlot, findOpenSlot, readOpenSlots, updateSlot } from '../../db/queries/issue/slots.ts';
import { isSlot, nextSlots, slotOfWeek } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { moveDraft } from './move-draft.ts';

/**
 * Drops the open slots that SEND_SCHEDULE or TIMEZONE no longer name, before anything happens at them. A draft whose
 * week has another slot to come stays as it is, and the editors are told of the new time; `moveDrafts` takes the
 * others to another week.
 */
export async function dropSlots(ctx: PipelineContext, tx: Tx): Promise<void> {
  const { schedule } = ctx.settings;
  const now = ctx.clock.now();
  for (const { slot, week } of await readOpenSlots(tx)) {
    if (isSlot(schedule, slot) && weekKeyOf(slot, schedule.timeZone) === week) continue;
    const issue = await findIssue(tx, week);
    await updateSlot(tx, slot, { status: 'dropped' });
    await logDecision(tx, {
      ...{ at: now, who: 'schedule', what: 'slot dropped', week, slot, issueId: issue?.id ?? null },
      reason: `the schedule is now ${schedule.cron} in ${schedule.timeZone}`,
    });
    const later = slotOfWeek(schedule, week);
    if (issue === null || issue.frozenAt !== null || later === null || later <= now) continue;
    await enqueueNotice(ctx, tx, {
      ...{ kind: 'slot-moved', week, from: slot.toISOString(), to: later.toISOString() },
      ...{ toWeek: week, approvalVoid: false },
    });
  }
}

/**
 * A draft whose slot was dropped, and whose week has no other to come, goes with the next slot of the schedule: composed
 * anew under that week with its edits, its approval void. Where that week has an issue already it is missed instead, by
 * `closeMissed`. Each draft in a transaction of its own; run again it finds nothing to do.
 */
export async function moveDrafts(ctx: PipelineContext): Promise<void> {
  const { schedule } = ctx.settings;
  const now = ctx.clock.now();
  for (const { week } of await readUnfrozen(ctx.db)) {
    const later = slotOfWeek(schedule, week);
    if ((later !== null && later > now) || (await findOpenSlot(ctx.db, week)) !== null) continue;
    const dropped = await findDroppedSlot(ctx.db, week);
    const [next] = nextSlots(schedule, now, 1);
    if (dropped === null || next === undefined) continue;
    await moveDraft(ctx, week, weekKeyOf(next, schedule.timeZone), { from: dropped, to: next });
  }
}
