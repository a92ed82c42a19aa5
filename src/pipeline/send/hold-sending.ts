import { moveIssue } from '../../db/queries/issue/issues.ts';
import type { PipelineContext } from '../context.ts';
import { tellEditors } from '../notify/tell-editors.ts';

/** Stops an issue that is on its way until a person has acted, and tells the editors why. */
export async function holdSending(
  ctx: PipelineContext,
  issue: { readonly id: number; readonly week: string },
  reason: string,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const held = await moveIssue(tx, issue.id, ['sending'], 'held', { heldReason: reason });
    if (held !== null) await tellEditors(ctx, tx, { kind: 'issue-held', week: issue.week, reason });
  });
}
