import { findIssue, lockIssue, moveIssue } from '../../db/queries/issue/issues.ts';
import { noteUnresolved, readUnresolved, settleFromMailEvents } from '../../db/queries/sending/reconcile.ts';
import { isHeldForOutcomes } from '../../domain/issue/issue.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../no-issue.ts';
import { finishIssue } from '../send/finish-issue.ts';
import { bookFromSentLog, type SentLogOptions } from './book-from-sent-log.ts';

/** Batches looked for, those booked as submitted, and those still without an answer. */
export interface Reconciled {
  readonly questioned: number;
  readonly booked: number;
  readonly left: number;
}

/**
 * Finds out what became of batches whose answer never came or could not be booked: first from the mail events
 * that came in, then from the provider's list of sent emails. One of which the list has nobody is not posted
 * again by itself; a person resolves it (docs/adr/0012-look-up-unknown-outcomes.md). At the provider it only
 * reads. Run twice, the second run finds what the first left.
 */
export async function reconcileIssue(
  ctx: PipelineContext,
  week: string,
  options: SentLogOptions,
): Promise<Result<Reconciled>> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) return noIssue(week);
  if (issue.frozenAt === null) return refuse(`Issue ${week} is ${issue.status}: nobody can have got it yet.`);
  const before = await readUnresolved(ctx.db, issue.id, options.which);
  await bookReported(ctx, issue.id);
  const open = await readUnresolved(ctx.db, issue.id, options.which);
  if (open.length > 0 && ctx.mailer.sentLog !== undefined) {
    const looked = await bookFromSentLog(ctx, ctx.mailer.sentLog, issue, open, options);
    if (!looked.ok) {
      const nos = open.map((batch) => batch.no);
      await noteUnresolved(ctx.db, issue.id, nos, looked.message);
      return looked;
    }
  }
  await goOn(ctx, week);
  const after = await readUnresolved(ctx.db, issue.id, options.which);
  return done({
    questioned: before.length,
    booked: before.length - after.length,
    left: after.length,
  });
}

/** The part of it that asks nobody, cheap enough for each minute. */
export async function reconcileFromEvents(
  ctx: PipelineContext,
  issue: { readonly id: number; readonly week: string },
): Promise<void> {
  if (await bookReported(ctx, issue.id)) await goOn(ctx, issue.week);
}

/** What the provider reports on, it took. True when something was booked. */
async function bookReported(ctx: PipelineContext, issueId: number): Promise<boolean> {
  const note = 'Booked from mail events: the provider reported on everybody in it.';
  return (await settleFromMailEvents(ctx.db, issueId, note)) > 0;
}

/** An issue that was held only because outcomes were missing goes on by itself once they are known. */
async function goOn(ctx: PipelineContext, week: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const issue = await lockIssue(tx, week);
    if (issue?.status !== 'held' || !isHeldForOutcomes(issue.heldReason)) return;
    if ((await readUnresolved(tx, issue.id, 'unanswered')).length > 0) return;
    await moveIssue(tx, issue.id, ['held'], 'sending');
  });
  await finishIssue(ctx, week);
}
