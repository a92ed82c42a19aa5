import type { Tx } from '../../db/client.ts';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { findIssue, type IssueRow, readUnfrozen, releaseComparisons } from '../../db/queries/issue/issues.ts';
import { moveIssue, stateOf } from '../../db/queries/issue/move-issue.ts';
import { findOpenSlot, readOpenSlots, type SlotRow, updateSlot } from '../../db/queries/issue/slots.ts';
import { nextSlots, slotOfWeek } from '../../domain/issue/schedule.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';

const hourMs = 3_600_000;

/**
 * Closes what its slot has passed by. A slot without an issue is missed 24 hours after its time. An issue that still
 * waits, for approval or held, is missed when the next slot's issue is due to be composed, or 24 hours after its own
 * slot, whichever is later; one that has no slot to come closes in the same way. A missed issue's comparisons are
 * free, its edits are kept, and composing its week opens it again. The editors are told once, with the titles that
 * roll over. What is frozen is never missed.
 */
export async function closeMissed(ctx: PipelineContext, tx: Tx): Promise<void> {
  const now = ctx.clock.now();
  const unfrozen = await readUnfrozen(tx);
  const missed: { week: string; slot: Date | null; titles: readonly string[] }[] = [];
  for (const row of (await readOpenSlots(tx)).filter(({ slot }) => slot <= now)) {
    if (now.getTime() - row.slot.getTime() < 24 * hourMs) continue;
    if ((await findIssue(tx, row.week)) !== null) continue;
    await missSlot(ctx, tx, row, null);
    missed.push({ week: row.week, slot: row.slot, titles: [] });
  }
  for (const issue of unfrozen) {
    const row = await findOpenSlot(tx, issue.week);
    if (now < closesAt(ctx, issue, row)) continue;
    await releaseComparisons(tx, issue.id);
    const reason = `still ${issue.status} when its time was over`;
    const decision = { at: now, who: 'schedule', reason };
    await moveIssue(tx, issue.id, 'miss', decision, { missedFrom: stateOf(issue) });
    if (row !== null) await missSlot(ctx, tx, row, issue.id);
    missed.push({ week: issue.week, slot: row?.slot ?? null, titles: titlesOf(issue) });
  }
  const last = missed.at(-1);
  if (last === undefined) return;
  await enqueueNotice(ctx, tx, {
    kind: 'issues-missed',
    week: last.week,
    missed: missed.map(({ week, slot, titles }) => ({ week, slot: slot?.toISOString() ?? null, titles })),
  });
}

/** When an unfrozen issue that still waits is given up. */
function closesAt({ settings }: PipelineContext, issue: IssueRow, row: SlotRow | null): Date {
  const { schedule, reviewHours } = settings;
  const own = row?.slot ?? slotOfWeek(schedule, issue.week);
  // Composed after its week's slot, or in a week without one: its time runs from the composing.
  const from =
    row === null && (own === null || own < issue.composedAt) ? issue.composedAt : (own ?? issue.composedAt);
  const [next] = nextSlots(schedule, from, 1);
  const nextCompose = (next?.getTime() ?? Number.POSITIVE_INFINITY) - reviewHours * hourMs;
  return new Date(Math.max(nextCompose, from.getTime() + 24 * hourMs));
}

async function missSlot(
  ctx: PipelineContext,
  tx: Tx,
  { slot, week }: SlotRow,
  issueId: number | null,
): Promise<void> {
  await updateSlot(tx, slot, { status: 'missed' });
  if (issueId !== null) return;
  await logDecision(tx, {
    ...{ at: ctx.clock.now(), who: 'schedule', what: 'missed', week, slot },
    reason: 'nobody composed an issue within 24 hours of the slot',
  });
}

const titlesOf = ({ content }: IssueRow) =>
  content.comparisons.map(({ tools: [a, b] }) => `${a.name} vs ${b.name}`);
