import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import {
  closeSlot,
  findSlot,
  markThinTold,
  markWaiting,
  type SlotRow,
} from '../../db/queries/issue/slots.ts';
import type { Finding } from '../../domain/issue/finding.ts';
import { isSlotOf } from '../../domain/issue/schedule.ts';
import { approveIssue } from '../compose/approve-issue.ts';
import { blocking, checkIssue } from '../compose/check-issue.ts';
import { composeIssue } from '../compose/compose-issue.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { heldMessage } from '../refusals.ts';
import { freezeIssue } from '../send/freeze-issue.ts';
import { refreshDraft } from './refresh-drafts.ts';
import { reviewEndsAt } from './review-time.ts';

const schedule = 'schedule';
const dayMs = 24 * 3_600_000;

/**
 * Composes the issue of a slot (cutoff: now) and notifies the editors that the draft is ready. Does nothing if the
 * week has an issue already. With fewer than MIN_COMPARISONS candidates the editors are told once, and the next tick
 * tries again.
 */
export async function composeForSlot(ctx: PipelineContext, slot: Date): Promise<void> {
  const row = await findSlot(ctx.db, slot);
  if (row === null || !isOpen(ctx, row) || isTooLate(ctx, slot)) return;
  if (!isWithoutIssue(await findIssue(ctx.db, row.week))) return;
  const atLeast = ctx.settings.minComparisons;
  const composed = await composeIssue(ctx, row.week, { by: schedule, atLeast });
  if (!composed.ok) return;
  if (composed.kind === 'nothing-new') {
    // At the slot itself it is skipped, which says it all.
    if (row.thinToldAt !== null || slot <= ctx.clock.now()) return;
    await ctx.db.transaction(async (tx) => {
      if (!(await markThinTold(tx, slot, ctx.clock.now()))) return;
      const { found } = composed;
      await enqueueNotice(ctx, tx, {
        kind: 'too-few',
        week: row.week,
        slot: slot.toISOString(),
        found,
        atLeast,
      });
    });
    return;
  }
  const { sha256, heldReason: reason } = composed.issue;
  const { week } = row;
  await ctx.db.transaction((tx) =>
    enqueueNotice(
      ctx,
      tx,
      reason === null ? { kind: 'draft-ready', week, sha256 } : { kind: 'issue-held', week, reason },
    ),
  );
}

/**
 * Runs a slot: composes the issue unless it is composed; under `APPROVAL=auto`, once the editors have had their time
 * to look at it, approves it unless it is held or the check blocks it; freezes it together with the jobs that deliver
 * it. An issue that waits for a person stays as it is, and the editors are reminded. Run again, it goes on where it
 * was; a slot that is closed stays as it is.
 */
export async function runSlot(ctx: PipelineContext, slot: Date): Promise<void> {
  const row = await findSlot(ctx.db, slot);
  if (row === null || !isOpen(ctx, row) || slot > ctx.clock.now()) return;
  // A job that waited for a worker: the next tick closes the slot as missed.
  if (isTooLate(ctx, slot) && isWithoutIssue(await findIssue(ctx.db, row.week))) return;
  // First, so that a draft taken back is composed again while there is anything to compose.
  await refreshDraft(ctx, row.week);
  await composeForSlot(ctx, slot);
  const issue = await findIssue(ctx.db, row.week);
  if (issue === null || issue.status === 'missed') return skip(ctx, slot, row.week);

  if (issue.status === 'draft' && ctx.settings.approval === 'auto') {
    if (ctx.clock.now() < reviewEndsAt(ctx.settings, issue)) return;
    const approval = await approveIssue(ctx, row.week, { by: schedule });
    if (!approval.ok) return wait(ctx, slot, issue, errorsIn(approval.findings) ?? approval.message);
  }
  const ready = await findIssue(ctx.db, row.week);
  if (ready?.status === 'draft' || ready?.status === 'held') return wait(ctx, slot, ready);
  if (ready?.status === 'approved') {
    const frozen = await freezeIssue(ctx, row.week, schedule);
    if (!frozen.ok) return wait(ctx, slot, ready, frozen.message);
  }
  // Whatever else happened to it meanwhile, the next tick closes the slot under it.
  if (ready?.status === 'approved') await ctx.db.transaction((tx) => closeSlot(tx, slot, 'sent'));
}

/** A job of the tick before may be for a slot that the schedule no longer names. */
const isOpen = ({ settings }: PipelineContext, { slot, week, status }: SlotRow) =>
  (status === 'planned' || status === 'waiting') && isSlotOf(settings.schedule, slot, week);

/** Nothing is composed for a slot from then on. */
export const isTooLate = ({ clock }: PipelineContext, slot: Date) =>
  clock.now().getTime() - slot.getTime() >= dayMs;

/** A missed issue is composed again, with its edits, where the schedule has another slot for its week. */
export const isWithoutIssue = (issue: IssueRow | null) => issue === null || issue.status === 'missed';

async function skip(ctx: PipelineContext, slot: Date, week: string): Promise<void> {
  const isNew = await ctx.db.transaction(async (tx) => {
    if (!(await closeSlot(tx, slot, 'skipped'))) return false;
    const reason = 'too few comparisons to send';
    await logDecision(tx, { at: ctx.clock.now(), who: schedule, what: 'skipped', week, slot, reason });
    await enqueueNotice(ctx, tx, { kind: 'issue-skipped', week, slot: slot.toISOString() });
    return true;
  });
  if (isNew) ctx.observe({ kind: 'skipped', week, slot: slot.toISOString() });
}

/** Leaves the slot to a person, and reminds the editors: at most once a day, whatever waits. */
async function wait(ctx: PipelineContext, slot: Date, issue: IssueRow, reason?: string): Promise<void> {
  const { week } = issue;
  const why =
    reason ?? (issue.status === 'held' ? await heldMessage(ctx.db, issue) : await errorsOf(ctx, week));
  const now = ctx.clock.now();
  const isDue = await ctx.db.transaction(async (tx) => {
    if (!(await markWaiting(tx, slot, now))) return false;
    await enqueueNotice(ctx, tx, {
      ...{ kind: 'approval-reminder', week, slot: slot.toISOString(), at: now.toISOString(), reason: why },
    });
    return true;
  });
  if (isDue) ctx.observe({ kind: 'waiting', week, slot: slot.toISOString(), reason: why });
}

async function errorsOf(ctx: PipelineContext, week: string): Promise<string | null> {
  const checked = await checkIssue(ctx, week);
  return checked.ok ? errorsIn(checked.findings) : null;
}

function errorsIn(findings: readonly Finding[]): string | null {
  const [first, ...others] = blocking(findings, new Set());
  if (first === undefined) return null;
  return `The check found an error: ${first.what}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}
