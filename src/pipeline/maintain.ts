import type { Tx } from '../db/client.ts';
import { expireUnanswered, nextClaimInMs, releaseUnposted } from '../db/queries/claims.ts';
import { readOpenIssues, resumeDue } from '../db/queries/issues.ts';
import { readIssuesInQuestion } from '../db/queries/reconcile.ts';
import type { PipelineContext } from './context.ts';
import { finishIssue } from './finish-issue.ts';
import { raiseAlarms } from './raise-alarms.ts';
import { reconcileFromEvents } from './reconcile-issue.ts';

/** Lanes an issue is delivered in; more than a few do not outrun the provider's limit. */
const lanes = 4;

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
      await ctx.db.transaction((tx) => enqueueLanes(ctx, tx, week));
    else await finishIssue(ctx, week);
  }
  for (const issue of await readIssuesInQuestion(ctx.db)) await reconcileFromEvents(ctx, issue);
  await raiseAlarms(ctx);
}

/** The jobs that deliver an issue; those that wait or run already are not doubled. */
export async function enqueueLanes(ctx: PipelineContext, tx: Tx, week: string): Promise<void> {
  for (let lane = 1; lane <= lanes; lane += 1) {
    await ctx.queue.enqueue(tx, 'deliver-issue', `${week}-lane-${lane}`, { week });
  }
}
