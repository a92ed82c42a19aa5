import type { Tx } from '../../db/client.ts';
import { type IssueRow, lockIssue, moveIssue, releaseComparisons } from '../../db/queries/issue/issues.ts';
import { cancelUnattempted } from '../../db/queries/sending/ledger.ts';
import type { IssueStatus } from '../../domain/issue/issue.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { noIssue } from '../refusals.ts';

type Changed = Result<{ readonly status: IssueStatus }>;

/** Stops the issue until a person resumes it. Batches under way are settled, no new one is claimed. */
export function holdIssue(ctx: PipelineContext, week: string, reason: string): Promise<Changed> {
  return change(ctx, week, ['draft', 'approved', 'sending', 'paused', 'held'], 'hold', async (tx, issue) => {
    await moveIssue(tx, issue.id, [issue.status], 'held', { heldReason: reason });
    return 'held';
  });
}

/** No first attempts until resumed; batches already attempted are settled all the same. */
export function pauseIssue(ctx: PipelineContext, week: string): Promise<Changed> {
  return change(ctx, week, ['sending', 'paused'], 'pause', async (tx, issue) => {
    await moveIssue(tx, issue.id, ['sending'], 'paused');
    return 'paused';
  });
}

/** Ends a pause or a hold: a frozen issue is sent on, any other is a draft that needs approval again. */
export function resumeIssue(ctx: PipelineContext, week: string): Promise<Changed> {
  return change(ctx, week, ['paused', 'held', 'sending'], 'resume', async (tx, issue) => {
    const to: IssueStatus = issue.frozenAt === null ? 'draft' : 'sending';
    await moveIssue(tx, issue.id, ['paused', 'held'], to);
    return to;
  });
}

/**
 * Ends the issue for good. Recipients whose batch was never attempted are cancelled; batches already attempted are
 * still settled, since the provider may have accepted them. The comparisons become candidates again.
 */
export function cancelIssue(ctx: PipelineContext, week: string): Promise<Changed> {
  return change(
    ctx,
    week,
    ['draft', 'approved', 'sending', 'paused', 'held', 'cancelled'],
    'cancel',
    async (tx, issue) => {
      await moveIssue(tx, issue.id, [issue.status], 'cancelled');
      await cancelUnattempted(tx, issue.id);
      await releaseComparisons(tx, issue.id);
      return 'cancelled';
    },
  );
}

/**
 * The pipeline's own hold, when it cannot go on without a person; the editors get the reason by mail once `tx`
 * commits. An issue whose status is not in `from` stays as it is, and nobody is notified.
 */
export async function holdSending(
  ctx: PipelineContext,
  tx: Tx,
  issueId: number,
  from: readonly IssueStatus[],
  reason: string,
): Promise<void> {
  const week = await moveIssue(tx, issueId, from, 'held', { heldReason: reason });
  if (week !== null) await enqueueNotice(ctx, tx, { kind: 'issue-held', week, reason });
}

async function change(
  ctx: PipelineContext,
  week: string,
  from: readonly IssueStatus[],
  verb: string,
  apply: (tx: Tx, issue: IssueRow) => Promise<IssueStatus>,
): Promise<Changed> {
  return ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    if (issue === null) return noIssue(week);
    if (!from.includes(issue.status)) {
      return refuse(`Issue ${week} is ${issue.status}: there is nothing to ${verb}.`);
    }
    return done({ status: await apply(tx, issue) });
  });
}
