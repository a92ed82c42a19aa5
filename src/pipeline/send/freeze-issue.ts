import { lockIssue, moveIssue } from '../../db/queries/issue/issues.ts';
import { insertDeliveries } from '../../db/queries/sending/freeze.ts';
import { commandLine, done, type Result, refuse, waitForPerson } from '../../domain/refusal.ts';
import { hashRendering } from '../compose/rendering.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../no-issue.ts';
import { enqueueDelivery } from './enqueue-delivery.ts';

/**
 * The audience of this moment becomes deliveries, batches and the jobs that post them, in one transaction. Killed anywhere and run
 * again, the result is the same; an issue that is frozen already is left as it is.
 */
export async function freezeIssue(ctx: PipelineContext, week: string): Promise<Result<{ audience: number }>> {
  return ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    if (issue === null) return noIssue(week);
    if (issue.frozenAt !== null) return done({ audience: issue.audience ?? 0 });
    if (issue.status !== 'approved') {
      return waitForPerson(
        `Issue ${week} is ${issue.status}${issue.heldReason === null ? '' : ` (${issue.heldReason})`}, not approved. Approve it with: ${commandLine(`approve --week ${week} --by NAME`)}`,
      );
    }
    if (hashRendering(issue, issue.envelope) !== issue.approvedSha256) {
      return waitForPerson(
        `Issue ${week} is not what was approved: its stored bytes changed since. Compose and approve it again; nothing was sent.`,
      );
    }
    const audience = await insertDeliveries(tx, issue.id, ctx.clock.now());
    if (audience === 0) return refuse(`Issue ${week} has no one to go to: no confirmed reader.`);
    await moveIssue(tx, issue.id, ['approved'], 'sending', { frozenAt: ctx.clock.now(), audience });
    await enqueueDelivery(ctx, tx, week);
    return done({ audience });
  });
}
