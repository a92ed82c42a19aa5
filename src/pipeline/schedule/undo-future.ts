import type { Tx } from '../../db/client.ts';
import { recordAlarm } from '../../db/queries/issue/alarms.ts';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import {
  capComposedAt,
  deleteIssue,
  readDraftsAfter,
  readMissedAfter,
  retakeComparisons,
} from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { findOpenSlot, reopenFutureSlots, updateSlot } from '../../db/queries/issue/slots.ts';
import { slotOfWeek } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';

const hourMs = 3_600_000;
/** The clocks of two machines differ by less. */
const toleranceMs = 60_000;

/**
 * After a clock that ran ahead is right again: slots that were given up at a time still to come are open again, and
 * issues that were missed then are what they were before. Drafts made too early are taken back, so that their
 * comparisons are free for the issue that comes first. The editors are told once. A missed issue of which another has
 * taken a comparison meanwhile stays missed.
 */
export async function undoFuture(ctx: PipelineContext, tx: Tx, wasAhead: boolean): Promise<void> {
  const now = ctx.clock.now();
  const future = new Date(now.getTime() + toleranceMs);
  const reopened = await reopenFutureSlots(tx, future);
  await takeBackDrafts(ctx, tx, future);
  const reason = 'the clock was ahead';
  for (const { id, missedFrom } of await readMissedAfter(tx, future)) {
    if (missedFrom === null || !(await retakeComparisons(tx, id))) continue;
    const values = missedFrom.startsWith('held')
      ? { heldReason: 'It was held before the clock ran ahead.' }
      : {};
    await moveIssue(tx, id, 'undo miss', { at: now, who: 'schedule', reason }, values, missedFrom);
  }
  await capComposedAt(tx, now);
  if (!wasAhead && reopened.length === 0) return;
  const week = weekKeyOf(now, ctx.settings.timeZone);
  if (!(await recordAlarm(tx, { kind: 'clock-was-ahead', week, since: now }))) return;
  await enqueueNotice(ctx, tx, {
    ...{ kind: 'clock-was-ahead', week, since: now.toISOString() },
    reopened: reopened.map(({ slot }) => slot.toISOString()),
  });
}

/** Drafts that were composed at a time still to come, for a slot that is not within the review time as yet. */
async function takeBackDrafts(ctx: PipelineContext, tx: Tx, future: Date): Promise<void> {
  const { schedule, reviewHours } = ctx.settings;
  const at = ctx.clock.now();
  for (const { id, week, edits, content } of await readDraftsAfter(tx, future)) {
    const open = await findOpenSlot(tx, week);
    const slot = open?.slot ?? slotOfWeek(schedule, week);
    if (slot === null || slot.getTime() - reviewHours * hourMs <= at.getTime()) continue;
    const tools = content.comparisons.flatMap((comparison) => comparison.tools.map(({ name }) => name));
    if (open !== null) await updateSlot(tx, slot, { edits: { edits, tools } });
    await logDecision(tx, {
      at,
      who: 'schedule',
      week,
      what: 'draft taken back',
      reason: 'the clock was ahead',
    });
    await deleteIssue(tx, id);
  }
}
