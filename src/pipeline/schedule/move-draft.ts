import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { changeWeek, findIssue, lockWeek } from '../../db/queries/issue/issues.ts';
import { planSlot } from '../../db/queries/issue/slots.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import { composeDraft } from '../compose/compose-issue.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { missIssue, tellMissed } from './close-missed.ts';

/**
 * Takes an unfrozen issue to another slot, when the schedule no longer has one for its week: composes it anew under
 * the slot's week, with the same cutoff and its edits; its approval is void, a hold stays. The editors get one email
 * with the old and the new time. Where that week has an issue already, or nothing is left to compose, it is missed:
 * its comparisons are free. Run again, it does nothing.
 */
export async function moveDraft(
  ctx: PipelineContext,
  week: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<void> {
  const toWeek = weekKeyOf(to, ctx.settings.schedule.timeZone);
  await ctx.db.transaction(async (tx) => {
    const issue = await lockWeek(tx, week);
    if (issue === null || issue.frozenAt !== null) return;
    if (!['draft', 'approved', 'held'].includes(issue.status)) return;
    const miss = async (why: string) => {
      const missed = await missIssue(ctx, tx, week, from, why);
      await tellMissed(ctx, tx, missed === null ? [] : [missed]);
    };
    if ((await findIssue(tx, toWeek)) !== null) return miss(`${toWeek} has an issue already`);

    // Its own number is free for it only under its new week.
    await changeWeek(tx, issue.id, toWeek);
    const { edits, cutoff } = issue;
    const composed = await composeDraft(ctx, tx, toWeek, {
      ...{ existing: { ...issue, week: toWeek }, edits, cutoff, by: 'schedule', what: 'moved' },
      reason: `from ${week}: the schedule no longer has ${from.toISOString()}`,
    });
    if (!composed.ok || composed.kind === 'nothing-new') {
      await changeWeek(tx, issue.id, week);
      return miss(`nothing was left of it for ${toWeek}`);
    }
    await planSlot(tx, to, toWeek);
    const at = ctx.clock.now();
    await logDecision(tx, { at, who: 'schedule', week, what: 'moved', reason: `to ${toWeek}` });
    await enqueueNotice(ctx, tx, {
      ...{ kind: 'slot-moved', week, toWeek, approvalVoid: issue.status === 'approved' },
      ...{ from: from.toISOString(), to: to.toISOString() },
    });
  });
}
