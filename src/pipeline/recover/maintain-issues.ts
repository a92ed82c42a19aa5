import { readOpenIssues, readRenewedQuotas } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { expireUnanswered, nextClaimInMs, releaseUnposted } from '../../db/queries/sending/claims.ts';
import { cutFutureTimes } from '../../db/queries/sending/future-times.ts';
import { readIssuesWithUnresolved } from '../../db/queries/sending/reconcile.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueDueNotices } from '../notify/mail-notice.ts';
import { raiseAlarms } from '../notify/raise-alarms.ts';
import { finishIssue } from '../send/finish-issue.ts';
import { enqueueDelivery } from '../send/freeze-issue.ts';
import { reconcileFromEvents } from './reconcile-issue.ts';

/**
 * Runs every minute, and puts right what no job does: cuts times that a wrong clock
 * put too far ahead; ends pauses whose time is over; releases what a dead worker
 * claimed and did not post; gives each issue with batches to post the jobs that deliver it, whoever froze it and
 * whatever happened to its jobs, and finishes an issue without; settles batches without an answer that mail events
 * have reported on; tries notices again that are due; raises alarms. Running it twice, or in several processes, does no harm.
 */
export async function maintainIssues(ctx: PipelineContext): Promise<void> {
  const now = ctx.clock.now();
  await cutFutureTimes(ctx.db, now);
  for (const id of await readRenewedQuotas(ctx.db, now)) {
    await ctx.db.transaction((tx) => moveIssue(tx, id, 'quota renewed', { at: now, who: 'pipeline' }));
  }
  for (const { id, week } of await readOpenIssues(ctx.db)) {
    await releaseUnposted(ctx.db, id);
    await expireUnanswered(ctx.db, id);
    if ((await nextClaimInMs(ctx.db, id)) !== null)
      await ctx.db.transaction((tx) => enqueueDelivery(ctx, tx, week));
    else await finishIssue(ctx, week);
  }
  for (const issue of await readIssuesWithUnresolved(ctx.db)) await reconcileFromEvents(ctx, issue);
  await enqueueDueNotices(ctx);
  await raiseAlarms(ctx);
}
