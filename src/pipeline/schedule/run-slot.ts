import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import { findSlot, lastReminder, type SlotRow, updateSlot } from '../../db/queries/issue/slots.ts';
import { approveIssue } from '../compose/approve-issue.ts';
import { blocking, checkIssue } from '../compose/check-issue.ts';
import { composeIssue } from '../compose/compose-issue.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { heldMessage } from '../refusals.ts';
import { freezeIssue } from '../send/freeze-issue.ts';
import { refreshDraft } from './refresh-drafts.ts';
import { reviewEndsAt } from './review-time.ts';

const dayMs = 24 * 3_600_000;

const schedule = 'schedule';

/**
 * Composes the issue of a slot (cutoff: now) and notifies the editors that the draft is ready. Does nothing if the
 * week has an issue already. With fewer than MIN_COMPARISONS candidates the editors are told once, and the next tick
 * tries again.
 */
export async function composeForSlot(ctx: PipelineContext, slot: Date): Promise<void> {
  const row = await findSlot(ctx.db, slot);
  if (row === null || !isOpen(row) || (await findIssue(ctx.db, row.week)) !== null) return;
  const atLeast = ctx.settings.minComparisons;
  const composed = await composeIssue(ctx, row.week, { by: schedule, atLeast });
  if (!composed.ok) return;
  if (composed.kind === 'nothing-new') {
    // At the slot itself it is skipped, which says it all.
    if (row.thinToldAt !== null || slot <= ctx.clock.now()) return;
    await ctx.db.transaction(async (tx) => {
      await updateSlot(tx, slot, { thinToldAt: ctx.clock.now() });
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
  const { sha256 } = composed.issue;
  await ctx.db.transaction((tx) => enqueueNotice(ctx, tx, { kind: 'draft-ready', week: row.week, sha256 }));
}

/**
 * Runs a slot: composes the issue unless it is composed; under `APPROVAL=auto`, once the editors have had their time
 * to look at it, approves it unless it is held or the check blocks it; freezes it together with the jobs that deliver
 * it. An issue that waits for a person stays as it is, and the editors are reminded. Run again, it goes on where it
 * was; a slot that is closed stays as it is.
 */
export async function runSlot(ctx: PipelineContext, slot: Date): Promise<void> {
  const row = await findSlot(ctx.db, slot);
  if (row === null || !isOpen(row) || slot > ctx.clock.now()) return;
  // First, so that a draft taken back is composed again while there is anything to compose.
  await refreshDraft(ctx, row.week);
  await composeForSlot(ctx, slot);
  const issue = await findIssue(ctx.db, row.week);
  if (issue === null) return skip(ctx, slot, row.week);

  if (issue.status === 'draft' && ctx.settings.approval === 'auto') {
    if (ctx.clock.now() < reviewEndsAt(ctx.settings, issue)) return;
    await approveIssue(ctx, row.week, { by: schedule });
  }
  const ready = await findIssue(ctx.db, row.week);
  if (ready?.status === 'draft' || ready?.status === 'held') return wait(ctx, slot, ready);
  if (ready?.status === 'approved') {
    const frozen = await freezeIssue(ctx, row.week, schedule);
    if (!frozen.ok) return wait(ctx, slot, ready, frozen.message);
  }
  // Whatever else happened to it meanwhile, the next tick closes the slot under it.
  if (ready?.status === 'approved') await updateSlot(ctx.db, slot, { status: 'sent' });
}

const isOpen = ({ status }: SlotRow) => status === 'planned' || status === 'waiting';

async function skip(ctx: PipelineContext, slot: Date, week: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await updateSlot(tx, slot, { status: 'skipped' });
    const reason = 'too few comparisons to send';
    await logDecision(tx, { at: ctx.clock.now(), who: schedule, what: 'skipped', week, slot, reason });
    await enqueueNotice(ctx, tx, { kind: 'issue-skipped', week, slot: slot.toISOString() });
  });
}

/** At most one reminder a day, whatever waits; the first time that a slot waits counts as one. */
async function wait(ctx: PipelineContext, slot: Date, issue: IssueRow, reason?: string): Promise<void> {
  const { week } = issue;
  const why =
    reason ?? (issue.status === 'held' ? await heldMessage(ctx.db, issue) : await whyBlocked(ctx, week));
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const reminded = await lastReminder(tx);
    await updateSlot(tx, slot, { status: 'waiting', remindedAt: now });
    if (reminded !== null && now.getTime() - reminded.getTime() < dayMs) return;
    await enqueueNotice(ctx, tx, {
      ...{ kind: 'approval-reminder', week, slot: slot.toISOString(), at: now.toISOString(), reason: why },
    });
  });
}

async function whyBlocked(ctx: PipelineContext, week: string): Promise<string | null> {
  const checked = await checkIssue(ctx, week);
  if (!checked.ok) return null;
  const [first, ...others] = blocking(checked.findings, new Set());
  if (first === undefined) return null;
  return `The check found an error: ${first.what}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}
