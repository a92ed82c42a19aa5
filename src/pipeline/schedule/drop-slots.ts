import type { Tx } from '../../db/client.ts';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { findIssue, readUnfrozen } from '../../db/queries/issue/issues.ts';
import {
  closeSlot,
  findDroppedSlot,
  findOpenSlot,
  planSlot,
  readOpenSlots,
  updateSlot,
} from '../../db/queries/issue/slots.ts';
import type { KeptEdits } from '../../domain/issue/issue.ts';
import { isSlotOf, nextSlots, slotOfWeek } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { moveDraft } from './move-draft.ts';

/**
 * Drops the open slots that SEND_SCHEDULE or TIMEZONE no longer name, before anything happens at them. A draft whose
 * week has another slot to come stays as it is, and the editors are told of the new time; `moveDrafts` takes the
 * others to another week. What is frozen or cancelled keeps its slot.
 */
export async function dropSlots(ctx: PipelineContext, tx: Tx): Promise<void> {
  const { schedule } = ctx.settings;
  const now = ctx.clock.now();
  for (const { slot, week, edits } of await readOpenSlots(tx)) {
    if (isSlotOf(schedule, slot, week)) continue;
    const issue = await findIssue(tx, week);
    if (issue !== null && (issue.frozenAt !== null || issue.status === 'cancelled')) continue;
    await closeSlot(tx, slot, 'dropped');
    await logDecision(tx, {
      ...{ at: now, who: 'schedule', what: 'slot dropped', week, slot, issueId: issue?.id ?? null },
      reason: `the schedule is now ${schedule.cron} in ${schedule.timeZone}`,
    });
    const ofWeek = slotOfWeek(schedule, week);
    const later = ofWeek !== null && ofWeek > now ? ofWeek : null;
    const [next] = nextSlots(schedule, now, 1);
    if (edits !== null && later === null && next !== undefined) await moveKeptEdits(ctx, tx, next, edits);
    if (issue === null || later === null) continue;
    await planSlot(tx, later, week);
    await enqueueNotice(ctx, tx, {
      ...{ kind: 'slot-moved', week, from: slot.toISOString(), to: later.toISOString() },
      ...{ toWeek: week, approvalVoid: false },
    });
  }
}

/** The edits of a draft that was taken back go with the slot of another week that takes the place of the dropped one. */
async function moveKeptEdits(
  { settings: { schedule } }: PipelineContext,
  tx: Tx,
  slot: Date,
  edits: KeptEdits,
): Promise<void> {
  await planSlot(tx, slot, weekKeyOf(slot, schedule.timeZone));
  await updateSlot(tx, slot, { edits });
}

/**
 * Takes each draft whose slot was dropped, and whose week has no other to come, to the next slot of the schedule. Each
 * in a transaction of its own; run again it finds nothing to do. A draft that a person composed after its week's slot
 * was dropped stays.
 */
export async function moveDrafts(ctx: PipelineContext): Promise<void> {
  const { schedule } = ctx.settings;
  const now = ctx.clock.now();
  for (const { week, composedAt } of await readUnfrozen(ctx.db)) {
    const later = slotOfWeek(schedule, week);
    if ((later !== null && later > now) || (await findOpenSlot(ctx.db, week)) !== null) continue;
    const dropped = await findDroppedSlot(ctx.db, week);
    const [next] = nextSlots(schedule, now, 1);
    if (dropped === null || dropped.at < composedAt || next === undefined) continue;
    await moveDraft(ctx, week, { from: dropped.slot, to: next });
  }
}
