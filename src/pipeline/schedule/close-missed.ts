import type { Tx } from '../../db/client.ts';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import {
  findIssue,
  type IssueRow,
  lockIssue,
  readUnfrozen,
  releaseComparisons,
} from '../../db/queries/issue/issues.ts';
import { moveIssue, stateOf } from '../../db/queries/issue/move-issue.ts';
import { closeSlot, findOpenSlot, readOpenSlots, type SlotRow } from '../../db/queries/issue/slots.ts';
import { nextSlots, slotOfWeek } from '../../domain/issue/schedule.ts';
import type { Notice } from '../../queue/jobs.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { isTooLate, isWithoutIssue } from './run-slot.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type Missed = Extract<Notice, { kind: 'issues-missed' }>['missed'][number];

/**
 * Closes what its slot has passed by. A slot without an issue is missed 24 hours after its time. An issue that still
 * waits, for approval or held, is missed when the next slot's issue is due to be composed, or 24 hours after its own
 * slot, whichever is later; one that has no slot to come closes in the same way. A missed issue's comparisons are
 * free, its edits are kept, and composing its week opens it again. The editors are told once, with the titles that
 * roll over. What is frozen is never missed. Returns what it closed.
 */
export async function closeMissed(ctx: PipelineContext, tx: Tx): Promise<readonly Missed[]> {
  const now = ctx.clock.now();
  const missed: Missed[] = [];
  for (const { slot, week } of await readOpenSlots(tx)) {
    if (!isTooLate(ctx, slot) || !isWithoutIssue(await findIssue(tx, week))) continue;
    await closeSlot(tx, slot, 'missed');
    await logDecision(tx, {
      ...{ at: now, who: 'schedule', what: 'missed', week, slot },
      reason: 'nobody composed an issue within 24 hours of the slot',
    });
    missed.push({ week, slot: slot.toISOString(), titles: [] });
  }
  for (const issue of await readUnfrozen(tx)) {
    const open = await findOpenSlot(tx, issue.week);
    if (now < closesAt(ctx, issue, open)) continue;
    if (open !== null) await closeSlot(tx, open.slot, 'missed');
    const reason = `still ${issue.status} when its time was over`;
    const closed = await missIssue(ctx, tx, issue.week, open?.slot ?? null, reason);
    if (closed !== null) missed.push(closed);
  }
  await tellMissed(ctx, tx, missed);
  return missed;
}

/** Frees an unfrozen issue's comparisons; null, and nothing changes, when it was frozen or cancelled meanwhile. */
export async function missIssue(
  ctx: PipelineContext,
  tx: Tx,
  week: string,
  slot: Date | null,
  reason: string,
): Promise<Missed | null> {
  const issue = await lockIssue(tx, week);
  if (issue === null) return null;
  const decision = { at: ctx.clock.now(), who: 'schedule', reason };
  const isMissed = await moveIssue(tx, issue.id, 'miss', decision, { missedFrom: stateOf(issue) });
  if (isMissed === null) return null;
  await releaseComparisons(tx, issue.id);
  const titles = issue.content.comparisons.map(({ tools: [a, b] }) => `${a.name} vs ${b.name}`);
  return { week, slot: slot?.toISOString() ?? null, titles };
}

/** One email, however many were missed. */
export async function tellMissed(ctx: PipelineContext, tx: Tx, missed: readonly Missed[]): Promise<void> {
  const last = missed.at(-1);
  if (last === undefined) return;
  await enqueueNotice(ctx, tx, { kind: 'issues-missed', week: last.week, missed });
}

/** When an unfrozen issue that still waits is given up. Without a slot to come, its time runs from the composing. */
function closesAt({ settings }: PipelineContext, { week, composedAt }: IssueRow, open: SlotRow | null): Date {
  const { schedule, reviewHours } = settings;
  const named = slotOfWeek(schedule, week);
  const from = open?.slot ?? (named !== null && named > composedAt ? named : composedAt);
  const [next] = nextSlots(schedule, from, 1);
  const nextCompose = (next?.getTime() ?? Number.POSITIVE_INFINITY) - reviewHours * hourMs;
  return new Date(Math.max(nextCompose, from.getTime() + dayMs));
}
