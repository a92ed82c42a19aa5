import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { lockIssue } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { countUnfinished } from '../../db/queries/sending/ledger.ts';
import { readDeliveries, resolveSubmitted, splitUnresolved } from '../../db/queries/sending/resolve.ts';
import { commandLine, done, type Result, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue, refusedIfPruned } from '../refusals.ts';

export interface Resolution {
  readonly as: 'submitted' | 'not-sent';
  readonly by: string;
  readonly reason: string;
}

/**
 * Records a person's answer for a batch of unknown outcome, or a held one, that they have looked up at the provider.
 * `submitted` settles it; `not-sent` moves its recipients to a new batch with a new key, to be posted when the issue
 * goes on. The name and the reason are kept. An issue held for outcomes goes on once none is left; any other hold stays.
 * Refused for any other batch, so a second run changes nothing.
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
    const pruned = refusedIfPruned(issue);
    if (pruned !== null) return pruned;
    const note = `resolved as ${resolution.as} by ${resolution.by}: ${resolution.reason}`;
    const batch = { issueId: issue.id, no: batchNo };
    const subscriberIds = await readDeliveries(tx, batch);
    const resolved =
      resolution.as === 'submitted'
        ? await resolveSubmitted(tx, batch, note)
        : await splitUnresolved(tx, batch, subscriberIds, note);
    if (!resolved) {
      return refuse(
        `Batch ${batchNo} of ${week} is neither held nor of unknown outcome. See: ${commandLine(`status --week ${week}`)}`,
      );
    }
    const { by: who, as, reason } = resolution;
    const decision = { at: ctx.clock.now(), who, reason: `batch ${batchNo} as ${as}: ${reason}` };
    await logDecision(tx, { ...decision, week, issueId: issue.id, what: 'resolved' });
    if ((await countUnfinished(tx, issue.id)).waiting === 0) {
      await moveIssue(tx, issue.id, 'outcomes known', { ...decision, reason: 'every outcome is known' });
    }
    return done({ recipients: subscriberIds.length });
  });
}
