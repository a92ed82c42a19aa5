import { lockIssue, moveIssue } from '../../db/queries/issue/issues.ts';
import { cancelUnattempted, countUnfinished } from '../../db/queries/sending/ledger.ts';
import { heldForOutcomes } from '../../domain/issue/issue.ts';
import type { PipelineContext } from '../context.ts';
import { tellEditors } from '../notify/tell-editors.ts';

/**
 * The issue is `sent` once nothing is open and everyone is accounted for; when only batches are left that wait
 * for a person, it is held, and the provider is asked what became of them. Otherwise nothing changes. Running it twice does no harm.
 */
export async function finishIssue(ctx: PipelineContext, week: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    // A batch posted while the issue was cancelled may have been refused since, and its halves never tried.
    if (issue?.status === 'cancelled') await cancelUnattempted(tx, issue.id);
    if (issue?.status !== 'sending') return;
    const { open, waiting } = await countUnfinished(tx, issue.id);
    if (open > 0) return;
    if (waiting > 0) {
      const heldReason = heldForOutcomes(waiting);
      await moveIssue(tx, issue.id, ['sending'], 'held', { heldReason });
      await ctx.queue.enqueue(tx, 'reconcile-issue', week, { week });
      await tellEditors(ctx, tx, { kind: 'issue-held', week, reason: heldReason });
      return;
    }
    await moveIssue(tx, issue.id, ['sending'], 'sent', { finishedAt: ctx.clock.now() });
    await tellEditors(ctx, tx, { kind: 'issue-sent', week });
  });
}
