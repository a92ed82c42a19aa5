import { lockIssue } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { cancelUnattempted, countUnfinished } from '../../db/queries/sending/ledger.ts';
import { heldForOutcomes } from '../../domain/issue/issue.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { holdSending } from './hold-pause-resume-cancel.ts';

/**
 * Marks the issue `sent` once no batch is open and everyone is accounted for, and notifies the editors. If all that
 * is left is batches that wait for a person, the issue is held, and a job looks them up at the provider. Otherwise
 * nothing changes. Running it twice does no harm.
 */
export async function finishIssue(ctx: PipelineContext, week: string): Promise<void> {
  const isFinished = await ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    // A batch posted when the issue was cancelled may have been refused since; its halves were never attempted.
    if (issue?.status === 'cancelled') await cancelUnattempted(tx, issue.id);
    if (issue?.status !== 'sending') return false;
    const { open, waiting } = await countUnfinished(tx, issue.id);
    if (open > 0) return false;
    if (waiting > 0) {
      await holdSending(ctx, tx, issue.id, heldForOutcomes(waiting), 'hold for outcomes');
      await ctx.queue.enqueue(tx, 'reconcile-issue', week, { week });
      return false;
    }
    const decision = { at: ctx.clock.now(), who: 'pipeline' };
    await moveIssue(tx, issue.id, 'finish', decision, { finishedAt: ctx.clock.now() });
    await enqueueNotice(ctx, tx, { kind: 'issue-sent', week });
    return true;
  });
  if (isFinished) ctx.observe({ kind: 'finished', week });
}
