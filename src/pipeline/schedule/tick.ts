import type { Tx } from '../../db/client.ts';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import {
  advanceTick,
  closeSlot,
  isReminderDue,
  planSlot,
  readOpenSlots,
  type SlotRow,
} from '../../db/queries/issue/slots.ts';
import { dueSlots } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { closeMissed } from './close-missed.ts';
import { dropSlots } from './drop-slots.ts';
import { reviewEndsAt } from './review-time.ts';
import { isWithoutIssue } from './run-slot.ts';
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
  const missed = await ctx.db.transaction(async (tx) => {
    const { last, beganAt, wasAhead } = await advanceTick(tx, schedule, now);
    await undoFuture(ctx, tx, wasAhead);
    await dropSlots(ctx, tx);
    const from = Math.max(beganAt.getTime(), last.getTime() - reviewHours * hourMs - dayMs);
    const until = now.getTime() + reviewHours * hourMs;
    for (const slot of dueSlots(schedule, new Date(from), new Date(until))) {
      await planSlot(tx, slot, weekKeyOf(slot, schedule.timeZone));
    }
    const closed = await closeMissed(ctx, tx);
    for (const slot of await readOpenSlots(tx)) {
      await serve(ctx, tx, slot, await findIssue(tx, slot.week), new Date(until));
    }
    return closed;
  });
  for (const { week, slot } of missed) ctx.observe({ kind: 'missed', week, slot });
}

/** One open slot, with the issue of its week. */
async function serve(
  ctx: PipelineContext,
  tx: Tx,
  row: SlotRow,
  issue: IssueRow | null,
  until: Date,
): Promise<void> {
  if (issue !== null && (issue.frozenAt !== null || issue.status === 'cancelled')) {
    return closeUnder(ctx, tx, row, issue);
  }
  const slot = row.slot.toISOString();
  if (row.slot > ctx.clock.now()) {
    const isDue = isWithoutIssue(issue) && row.slot <= until;
    if (isDue) await ctx.queue.enqueue(tx, 'compose-issue', slot, { slot });
  } else if (await isToServe(ctx, tx, row, issue)) await ctx.queue.enqueue(tx, 'send-issue', slot, { slot });
}

/** The issue of the week went out, or was cancelled, without waiting for its slot: nothing composes it again. */
async function closeUnder(
  ctx: PipelineContext,
  tx: Tx,
  { slot, week }: SlotRow,
  issue: IssueRow,
): Promise<void> {
  await closeSlot(tx, slot, issue.status === 'cancelled' ? 'cancelled' : 'sent');
  await logDecision(tx, {
    ...{ at: ctx.clock.now(), who: 'schedule', what: 'slot closed', week, slot, issueId: issue.id },
    reason: `its issue is ${issue.status}`,
  });
}

/** What only a person can move on is looked at again to remind the editors, once a day. */
async function isToServe(
  ctx: PipelineContext,
  tx: Tx,
  { status }: SlotRow,
  issue: IssueRow | null,
): Promise<boolean> {
  const now = ctx.clock.now();
  if (issue?.status === 'draft' && ctx.settings.approval === 'auto') {
    return now >= reviewEndsAt(ctx.settings, issue);
  }
  const isForPerson = issue?.status === 'draft' || issue?.status === 'held';
  return status === 'planned' || !isForPerson || isReminderDue(tx, now);
}
