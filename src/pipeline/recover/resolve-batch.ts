import { lockIssue, moveIssue } from '../../db/queries/issue/issues.ts';
import { readDeliveries, resolveSubmitted, splitUnresolved } from '../../db/queries/sending/resolve.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../no-issue.ts';

export interface Resolution {
  readonly as: 'submitted' | 'not-sent';
  readonly by: string;
  readonly reason: string;
}

/**
 * A person's answer for a batch whose outcome nobody knows (or that is held): they looked it up at the provider.
 * `submitted` books it; `not-sent` moves its people to a new batch with a new key, to be posted when the issue
 * goes on. Kept with name and reason. A batch that is resolved already is refused.
 */
export async function resolveBatch(
  ctx: PipelineContext,
  week: string,
  batchNo: number,
  resolution: Resolution,
): Promise<Result<{ readonly recipients: number }>> {
  return ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    if (issue === null) return noIssue(week);
    const note = `resolved as ${resolution.as} by ${resolution.by}: ${resolution.reason}`;
    const batch = { issueId: issue.id, no: batchNo };
    const subscriberIds = await readDeliveries(tx, batch);
    const resolved =
      resolution.as === 'submitted'
        ? await resolveSubmitted(tx, batch, note)
        : await splitUnresolved(tx, batch, subscriberIds, note);
    if (!resolved) {
      return refuse(
        `Batch ${batchNo} of ${week} is not one of unknown outcome or held; see: verdicts status --week ${week}`,
      );
    }
    await moveIssue(tx, issue.id, ['held'], 'sending');
    return done({ recipients: subscriberIds.length });
  });
}
