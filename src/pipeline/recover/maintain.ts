import { readOpenIssues, resumeDue } from '../../db/queries/issue/issues.ts';
import { expireUnanswered, nextClaimInMs, releaseUnposted } from '../../db/queries/sending/claims.ts';
import { readIssuesWithUnresolved } from '../../db/queries/sending/reconcile.ts';
import type { PipelineContext } from '../context.ts';
import { raiseAlarms } from '../notify/raise-alarms.ts';
import { enqueueDelivery } from '../send/enqueue-delivery.ts';
import { finishIssue } from '../send/finish-issue.ts';
import { reconcileFromEvents } from './reconcile-issue.ts';

/**
 * Runs each minute: takes back pauses whose time is over and claims of workers that died, and makes sure that an issue with open batches has
 * lanes, whoever froze it and whatever became of its jobs, and that one without is finished; books what mail
 * events have told of batches without an answer; raises the alarm over what should have happened and has not.
 */
export async function maintain(ctx: PipelineContext): Promise<void> {
  await resumeDue(ctx.db, ctx.clock.now());
  for (const { id, week } of await readOpenIssues(ctx.db)) {
    await releaseUnposted(ctx.db, id);
    await expireUnanswered(ctx.db, id);
    if ((await nextClaimInMs(ctx.db, id)) !== null)
      await ctx.db.transaction((tx) => enqueueDelivery(ctx, tx, week));
    else await finishIssue(ctx, week);
  }
  for (const issue of await readIssuesWithUnresolved(ctx.db)) await reconcileFromEvents(ctx, issue);
  await raiseAlarms(ctx);
}
