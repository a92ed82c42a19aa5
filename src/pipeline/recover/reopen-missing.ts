import { lockIssue } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { type MissingReader, moveMissing, readMissing } from '../../db/queries/sending/missing.ts';
import { commandLine, done, type Result, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue, refusedIfPruned } from '../refusals.ts';
import { enqueueDelivery } from '../send/freeze-issue.ts';

/** Recipients who did not get the issue for the same reason. */
export interface MissingGroup extends Pick<MissingReader, 'why' | 'reason'> {
  readonly recipients: number;
}

/**
 * Reopens a sent issue for recipients who did not get it and may: those rejected by the provider, and those skipped
 * for a reason that no longer holds. In one transaction they move to new batches with new keys, and the issue is
 * `sending` again. Without such recipients nothing changes. A second run finds only those who were rejected again.
 */
export async function reopenMissing(
  ctx: PipelineContext,
  week: string,
  by: string,
): Promise<Result<{ readonly missing: readonly MissingGroup[] }>> {
  return ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    if (issue === null) return noIssue(week);
    const pruned = refusedIfPruned(issue);
    if (pruned !== null) return pruned;
    if (issue.status !== 'sent') {
      return refuse(
        `Issue ${week} is ${issue.status}, not sent; who did not get it is known once it is sent. See: ${commandLine(`status --week ${week}`)}`,
      );
    }
    const missing = await readMissing(tx, issue.id, ctx.clock.now());
    if (missing.length === 0) return done({ missing: [] });
    await moveMissing(tx, issue.id, missing);
    const decision = { at: ctx.clock.now(), who: by };
    await moveIssue(tx, issue.id, 'send to missing', decision, { finishedAt: null, idsPrunedAt: null });
    await enqueueDelivery(ctx, tx, week);
    return done({ missing: grouped(missing) });
  });
}

function grouped(missing: readonly MissingReader[]): MissingGroup[] {
  const groups = Map.groupBy(missing, ({ why, reason }) => `${why} ${reason}`);
  return [...groups.values()]
    .map((readers) => {
      const { why, reason } = readers[0] as MissingReader;
      return { why, reason, recipients: readers.length };
    })
    .toSorted((a, b) => b.recipients - a.recipients);
}
