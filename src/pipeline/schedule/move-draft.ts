import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { changeWeek, findIssue, lockWeek } from '../../db/queries/issue/issues.ts';
import { composeDraft } from '../compose/compose-issue.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';

/**
 * Takes an unfrozen issue from one week to another, when the schedule no longer has a slot for the first: composes it
 * anew under the new week, with the same cutoff and its edits; its approval is void, a hold stays. The editors get one
 * email with the old and the new time. Does nothing when the other week has an issue already, or when it was moved.
 */
export async function moveDraft(
  ctx: PipelineContext,
  week: string,
  toWeek: string,
  slots: { readonly from: Date; readonly to: Date },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const issue = await lockWeek(tx, week);
    if (issue === null || issue.frozenAt !== null || (await findIssue(tx, toWeek)) !== null) return;
    if (!['draft', 'approved', 'held'].includes(issue.status)) return;
    const reason = `from ${week}: the schedule no longer has ${slots.from.toISOString()}`;
    const moved = { ...issue, week: toWeek };
    await changeWeek(tx, issue.id, toWeek);
    const { edits, cutoff } = issue;
    const composed = await composeDraft(ctx, tx, toWeek, {
      ...{ existing: moved, edits, cutoff, by: 'schedule', what: 'moved', reason },
    });
    if (!composed.ok || composed.kind === 'nothing-new') {
      throw new Error(`issue ${week} cannot be composed again for ${toWeek}`);
    }
    const at = ctx.clock.now();
    await logDecision(tx, { at, who: 'schedule', week, what: 'moved', reason: `to ${toWeek}` });
    await enqueueNotice(ctx, tx, {
      ...{ kind: 'slot-moved', week, toWeek, approvalVoid: issue.status === 'approved' },
      ...{ from: slots.from.toISOString(), to: slots.to.toISOString() },
    });
  });
}
