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
import { enqueueNotice } from '../notify/enqueue-notice.ts';

const hourMs = 3_600_000;

/** A slot that is later than this is given up: its news is old, and the next slot is near. */
const catchUpMs = 24 * hourMs;

const remindEveryMs = 24 * hourMs;

/**
 * Finds the slots that became due since the last tick and enqueues their jobs: compose at slot − review time, send at
 * the slot. Slots, jobs and the time of the tick are written in one transaction, so it does no harm when a tick is
 * lost or several processes tick at once; after a downtime the first tick finds everything that became due meanwhile.
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
    await enqueueNotice(ctx, tx, { kind: 'slot-missed', week, slot });
    return;
  }
  if (status === 'waiting' && !(await isDueAgain(tx, open, now))) return;
  await ctx.queue.enqueue(tx, 'send-issue', slot, { slot });
}

/** A slot that waits for a person is run again once they have acted, or to remind them. */
async function isDueAgain(tx: Tx, { week, remindedAt }: SlotRow, now: Date): Promise<boolean> {
  const issue = await findIssue(tx, week);
  const toRemind = remindedAt === null || now.getTime() - remindedAt.getTime() >= remindEveryMs;
  return toRemind || (issue !== null && issue.status !== 'draft' && issue.status !== 'held');
}
