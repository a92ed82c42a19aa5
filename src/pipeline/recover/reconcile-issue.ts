import { findIssue, lockIssue } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { countUnfinished } from '../../db/queries/sending/ledger.ts';
import { noteUnresolved, readUnresolved, settleFromMailEvents } from '../../db/queries/sending/reconcile.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue, refusedIfPruned } from '../refusals.ts';
import { finishIssue } from '../send/finish-issue.ts';
import { reconcileFromSentLog, type SentLogOptions } from './reconcile-from-sent-log.ts';

/** Numbers of batches: unresolved before, settled as submitted now, and still unresolved. */
export interface Reconciled {
  readonly unresolved: number;
  readonly settled: number;
  readonly left: number;
}

/**
 * Finds out what happened to batches whose answer never came or could not be recorded: first from mail events, then
 * from the provider's list of sent emails. A batch that the list does not have is not posted again by itself; a
 * person resolves it (docs/adr/0012-look-up-unknown-outcomes.md). At the provider it only reads. Run again, it goes
 * on with the batches that are still unresolved.
 */
export async function reconcileIssue(
  ctx: PipelineContext,
  week: string,
  options: SentLogOptions,
): Promise<Result<Reconciled>> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) return noIssue(week);
  const pruned = refusedIfPruned(issue);
  if (pruned !== null) return pruned;
  if (issue.frozenAt === null)
    return refuse(`Issue ${week} is ${issue.status}: none of it can have been sent yet.`);
  const before = await readUnresolved(ctx.db, issue.id, options.which);
  await settleFromEvents(ctx, issue.id);
  const unresolved = await readUnresolved(ctx.db, issue.id, options.which);
  if (unresolved.length > 0 && ctx.mailer.sentLog !== undefined) {
    const lookedUp = await reconcileFromSentLog(ctx, ctx.mailer.sentLog, issue, unresolved, options);
    if (!lookedUp.ok) {
      const numbers = unresolved.map((batch) => batch.no);
      await noteUnresolved(ctx.db, issue.id, numbers, lookedUp.message);
      return lookedUp;
    }
  }
  await goOn(ctx, week);
  const after = await readUnresolved(ctx.db, issue.id, options.which);
  return done({
    unresolved: before.length,
    settled: before.length - after.length,
    left: after.length,
  });
}

/** Only the first part, which makes no request and is cheap enough to run every minute. */
export async function reconcileFromEvents(
  ctx: PipelineContext,
  issue: { readonly id: number; readonly week: string },
): Promise<void> {
  if (await settleFromEvents(ctx, issue.id)) await goOn(ctx, issue.week);
}

/** What the provider reports on, it accepted. True when a batch was settled. */
async function settleFromEvents(ctx: PipelineContext, issueId: number): Promise<boolean> {
  const note = 'Settled from mail events: the provider reported on every recipient.';
  return (await settleFromMailEvents(ctx.db, issueId, note)) > 0;
}

/** An issue held for outcomes goes on by itself once they are known; any other hold stays. */
async function goOn(ctx: PipelineContext, week: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    if (issue?.heldKind !== 'outcomes') return;
    if ((await countUnfinished(tx, issue.id)).waiting > 0) return;
    const reason = 'every outcome is known';
    await moveIssue(tx, issue.id, 'outcomes known', { at: ctx.clock.now(), who: 'pipeline', reason });
  });
  await finishIssue(ctx, week);
}
