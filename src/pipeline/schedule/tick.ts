import type { Tx } from '../../db/client.ts';
import { findIssue } from '../../db/queries/issue/issues.ts';
import {
  advanceTick,
  insertSlot,
  openSlots,
  type SlotRow,
  updateSlot,
} from '../../db/queries/issue/slots.ts';
import { dueSlots } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { tellEditors } from '../notify/tell-editors.ts';

const hourMs = 3_600_000;

/** A slot missed for longer than this is not caught up: its news is old, and the next one is near. */
const catchUpMs = 24 * hourMs;

const remindEveryMs = 24 * hourMs;

/**
 * Looks at the schedule from the last tick to now and puts what is due to work: compose at slot − review time,
 * send at the slot. Slot, job and tick are one transaction, so that a tick lost or run by several processes
 * changes nothing; after a downtime the first tick finds all that it missed.
 */
export async function tick(ctx: PipelineContext): Promise<void> {
  const { schedule, reviewHours } = ctx.settings;
  const now = ctx.clock.now();
  const reviewMs = reviewHours * hourMs;
  await ctx.db.transaction(async (tx) => {
    const last = await advanceTick(tx, 'weekly', now);
    const toCompose = dueSlots(
      schedule,
      new Date(last.getTime() + reviewMs),
      new Date(now.getTime() + reviewMs),
    );
    for (const slot of toCompose.filter((slot) => slot > now)) {
      await insertSlot(tx, { slot, week: weekKeyOf(slot, schedule.timeZone), status: 'planned' });
      await ctx.queue.enqueue(tx, 'compose-issue', slot.toISOString(), { slot: slot.toISOString() });
    }
    for (const slot of dueSlots(schedule, last, now)) {
      await insertSlot(tx, { slot, week: weekKeyOf(slot, schedule.timeZone), status: 'planned' });
    }
    for (const open of await openSlots(tx, now)) await sendOrGiveUp(ctx, tx, open, now);
  });
}

async function sendOrGiveUp(ctx: PipelineContext, tx: Tx, open: SlotRow, now: Date): Promise<void> {
  const { week, status } = open;
  const slot = open.slot.toISOString();
  if (status === 'planned' && now.getTime() - open.slot.getTime() > catchUpMs) {
    await updateSlot(tx, open.slot, { status: 'missed' });
    await tellEditors(ctx, tx, { kind: 'slot-missed', week, slot });
    return;
  }
  if (status === 'waiting' && !(await isWorthALook(tx, open, now))) return;
  await ctx.queue.enqueue(tx, 'send-issue', slot, { slot });
}

/** A slot that waits for a person is looked at again once they have acted, or to remind them. */
async function isWorthALook(tx: Tx, { week, remindedAt }: SlotRow, now: Date): Promise<boolean> {
  const issue = await findIssue(tx, week);
  const toRemind = remindedAt === null || now.getTime() - remindedAt.getTime() >= remindEveryMs;
  return toRemind || (issue !== null && issue.status !== 'draft' && issue.status !== 'held');
}
