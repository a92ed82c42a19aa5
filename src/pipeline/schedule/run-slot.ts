import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import { findSlot, updateSlot } from '../../db/queries/issue/slots.ts';
import { fixedClock } from '../../domain/clock.ts';
import { approveIssue } from '../compose/approve-issue.ts';
import { blocking, checkIssue } from '../compose/check-issue.ts';
import { composeIssue } from '../compose/compose-issue.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { freezeIssue } from '../send/freeze-issue.ts';

const hourMs = 3_600_000;

/**
 * Composes the issue of a slot, with the cutoff at slot − review time, and notifies the editors that the draft is
 * ready. Does nothing if the week has an issue already, or no candidates: that is said at the slot.
 */
export async function composeForSlot(ctx: PipelineContext, slot: Date): Promise<void> {
  const row = await findSlot(ctx.db, slot);
  if (row === null || (await findIssue(ctx.db, row.week)) !== null) return;
  const cutoff = new Date(slot.getTime() - ctx.settings.reviewHours * hourMs);
  const composed = await composeIssue({ ...ctx, clock: fixedClock(cutoff) }, row.week);
  if (!composed.ok || composed.kind === 'nothing-new') return;
  const { sha256 } = composed.issue;
  await ctx.db.transaction((tx) => enqueueNotice(ctx, tx, { kind: 'draft-ready', week: row.week, sha256 }));
}

/**
 * Runs a slot: composes the issue unless it is composed, approves it under `APPROVAL=auto` unless it is held or the
 * check blocks it, and freezes it together with the jobs that deliver it. An issue that waits for a person stays as
 * it is, and the editors are reminded. Run again, it goes on where it was; a slot that is over stays as it is.
 */
export async function runSlot(ctx: PipelineContext, slot: Date): Promise<void> {
  const row = await findSlot(ctx.db, slot);
  if (row === null || (row.status !== 'planned' && row.status !== 'waiting')) return;
  await composeForSlot(ctx, slot);
  const issue = await findIssue(ctx.db, row.week);
  if (issue === null) return skip(ctx, slot, row.week);

  if (issue.status === 'draft' && ctx.settings.approval === 'auto') {
    await approveIssue(ctx, row.week, { by: 'schedule (APPROVAL=auto)' });
  }
  const ready = await findIssue(ctx.db, row.week);
  if (ready?.status === 'draft' || ready?.status === 'held') return wait(ctx, slot, ready);
  if (ready?.status === 'approved') {
    const frozen = await freezeIssue(ctx, row.week);
    if (!frozen.ok) return wait(ctx, slot, ready, frozen.message);
  }
  await updateSlot(ctx.db, slot, { status: 'sent' });
}

async function skip(ctx: PipelineContext, slot: Date, week: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await updateSlot(tx, slot, { status: 'skipped' });
    await enqueueNotice(ctx, tx, { kind: 'issue-skipped', week, slot: slot.toISOString() });
  });
}

async function wait(ctx: PipelineContext, slot: Date, issue: IssueRow, reason?: string): Promise<void> {
  const why = reason ?? issue.heldReason ?? (await whyBlocked(ctx, issue.week));
  await ctx.db.transaction(async (tx) => {
    await updateSlot(tx, slot, { status: 'waiting', remindedAt: ctx.clock.now() });
    const at = ctx.clock.now().toISOString();
    await enqueueNotice(
      ctx,
      tx,
      why === null
        ? { kind: 'approval-reminder', week: issue.week, slot: slot.toISOString(), at }
        : { kind: 'issue-held', week: issue.week, reason: why },
    );
  });
}

async function whyBlocked(ctx: PipelineContext, week: string): Promise<string | null> {
  const checked = await checkIssue(ctx, week);
  if (!checked.ok) return null;
  const [first, ...others] = blocking(checked.findings, new Set());
  if (first === undefined) return null;
  return `The check found an error: ${first.what}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}
