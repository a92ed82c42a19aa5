import type { Tx } from '../../db/client.ts';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import {
  advanceTick,
  lastReminder,
  planSlot,
  readOpenSlots,
  type SlotRow,
  updateSlot,
} from '../../db/queries/issue/slots.ts';
import { dueSlots } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { closeMissed } from './close-missed.ts';
import { dropSlots } from './drop-slots.ts';
import { reviewEndsAt } from './review-time.ts';
import { undoFuture } from './undo-future.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Looks at what the schedule asks for now, whatever happened since the last tick: drops slots that the schedule no
 * longer names, closes those that are missed, has an issue composed for each slot within the review time that has
 * none, and has the slots served whose time has come. Slots, jobs and the tick are one transaction: a tick lost,
 * late, run twice or by several processes changes nothing.
 */
export async function tick(ctx: PipelineContext): Promise<void> {
  const { schedule, reviewHours } = ctx.settings;
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const { last, beganAt, wasAhead } = await advanceTick(tx, schedule, now);
    await undoFuture(ctx, tx, wasAhead);
    await dropSlots(ctx, tx);
    const from = Math.max(beganAt.getTime(), last.getTime() - reviewHours * hourMs - dayMs);
    const until = now.getTime() + reviewHours * hourMs;
    for (const slot of dueSlots(schedule, new Date(from), new Date(until))) {
      await planSlot(tx, slot, weekKeyOf(slot, schedule.timeZone));
    }
    await closeMissed(ctx, tx);
    for (const slot of await readOpenSlots(tx)) {
      await serve(ctx, tx, slot, await findIssue(tx, slot.week), new Date(until));
    }
  });
}

/** One open slot, with the issue of its week. */
async function serve(
  ctx: PipelineContext,
  tx: Tx,
  row: SlotRow,
  issue: IssueRow | null,
  until: Date,
): Promise<void> {
  const now = ctx.clock.now();
  const slot = row.slot.toISOString();
  if (issue !== null && (issue.frozenAt !== null || issue.status === 'cancelled')) {
    return closeUnder(ctx, tx, row, issue);
  }
  if (row.slot > now) {
    if (issue === null && row.slot <= until) await ctx.queue.enqueue(tx, 'compose-issue', slot, { slot });
    return;
  }
  if (await isToServe(ctx, tx, row, issue)) await ctx.queue.enqueue(tx, 'send-issue', slot, { slot });
}

/** The issue of the week went out, or was cancelled, without waiting for its slot: nothing composes it again. */
async function closeUnder(
  ctx: PipelineContext,
  tx: Tx,
  { slot, week }: SlotRow,
  issue: IssueRow,
): Promise<void> {
  const status = issue.status === 'cancelled' ? 'cancelled' : 'sent';
  await updateSlot(tx, slot, { status });
  await logDecision(tx, {
    ...{ at: ctx.clock.now(), who: 'schedule', what: 'slot closed', week, slot, issueId: issue.id },
    reason: `its issue is ${issue.status}`,
  });
}

/** A slot that waits for a person is looked at again once they have acted, or to remind them once a day. */
async function isToServe(
  ctx: PipelineContext,
  tx: Tx,
  { status, remindedAt }: SlotRow,
  issue: IssueRow | null,
): Promise<boolean> {
  if (status === 'planned' || issue === null) return true;
  if (issue.status === 'approved') return true;
  const now = ctx.clock.now();
  const isChanged = remindedAt === null || issue.composedAt > remindedAt;
  if (issue.status === 'draft' && ctx.settings.approval === 'auto' && isChanged) {
    return now >= reviewEndsAt(ctx.settings, issue);
  }
  const reminded = await lastReminder(tx);
  return reminded === null || now.getTime() - reminded.getTime() >= dayMs;
}
