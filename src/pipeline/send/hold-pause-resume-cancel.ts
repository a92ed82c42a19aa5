import type { Tx } from '../../db/client.ts';
import { type Decision, findDecider } from '../../db/queries/issue/issue-log.ts';
import { type IssueRow, lockIssue, releaseComparisons } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { cancelUnattempted } from '../../db/queries/sending/ledger.ts';
import type { IssueStatus } from '../../domain/issue/issue.ts';
import type { MoveName } from '../../domain/issue/moves.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { noIssue } from '../refusals.ts';

type Changed = Result<{ readonly status: IssueStatus }>;

/** Who decides, and why where they say so. */
export interface ByPerson {
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * Stops the issue until a person resumes it; takes over a pause, and a hold of the pipeline's. Batches under way are
 * settled, no new one is claimed.
 */
export function holdIssue(
  ctx: PipelineContext,
  week: string,
  person: ByPerson & { readonly reason: string },
): Promise<Changed> {
  return decide(ctx, week, 'hold', person, async (tx, issue, decision) => {
    if (issue.heldKind === 'editor' && issue.heldReason === person.reason) return 'already';
    return moveIssue(tx, issue.id, 'hold', decision);
  });
}

/**
 * No first attempts until a person resumes; batches already attempted are settled all the same. Takes over a pause
 * for a quota, which then no longer ends by itself.
 */
export function pauseIssue(ctx: PipelineContext, week: string, person: ByPerson): Promise<Changed> {
  return decide(ctx, week, 'pause', person, async (tx, issue, decision) =>
    issue.pausedKind === 'editor' ? 'already' : moveIssue(tx, issue.id, 'pause', decision),
  );
}

/** Ends a pause or a hold: a frozen issue is sent on, any other is a draft that needs approval again. */
export function resumeIssue(ctx: PipelineContext, week: string, person: ByPerson): Promise<Changed> {
  return decide(ctx, week, 'resume', person, async (tx, issue, decision) => {
    if (issue.status === 'sending') return 'already';
    return moveIssue(tx, issue.id, issue.frozenAt === null ? 'resume draft' : 'resume sending', decision);
  });
}

/**
 * Ends the issue for good. Recipients whose batch was never attempted are cancelled; batches already attempted are
 * still settled, since the provider may have accepted them. The comparisons become candidates again, unless all readers
 * have seen them: an issue that was sent may be open again for those who missed it.
 */
export function cancelIssue(ctx: PipelineContext, week: string, person: ByPerson): Promise<Changed> {
  return decide(ctx, week, 'cancel', person, async (tx, issue, decision) => {
    if (issue.status === 'cancelled') return 'already';
    const finished = issue.frozenAt === null ? {} : { finishedAt: decision.at };
    const moved = await moveIssue(tx, issue.id, 'cancel', decision, finished);
    if (moved === null) return null;
    await cancelUnattempted(tx, issue.id);
    if ((await findDecider(tx, issue.id, 'sent')) === null) await releaseComparisons(tx, issue.id);
    return moved;
  });
}

/**
 * The pipeline's own hold, when it cannot go on without a person; the editors get the reason by mail once `tx`
 * commits. An issue that is not being sent, or that a person holds, stays as it is, and nobody is notified.
 */
export async function holdSending(
  ctx: PipelineContext,
  tx: Tx,
  issueId: number,
  reason: string,
  move: Extract<MoveName, 'hold sending' | 'hold for outcomes'> = 'hold sending',
): Promise<void> {
  const decision = { at: ctx.clock.now(), who: 'pipeline', reason };
  const week = await moveIssue(tx, issueId, move, decision);
  if (week !== null) await enqueueNotice(ctx, tx, { kind: 'issue-held', week, reason });
}

/** A person's decision; made already, nothing is written. */
async function decide(
  ctx: PipelineContext,
  week: string,
  verb: string,
  { by, reason }: ByPerson,
  apply: (tx: Tx, issue: IssueRow, decision: Decision) => Promise<string | null>,
): Promise<Changed> {
  return ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    if (issue === null) return noIssue(week);
    const moved = await apply(tx, issue, { at: ctx.clock.now(), who: by, reason: reason ?? null });
    if (moved === null) return refuse(`Issue ${week} is ${issue.status}: there is nothing to ${verb}.`);
    const after = await lockIssue(tx, week);
    return done({ status: after?.status ?? issue.status });
  });
}
