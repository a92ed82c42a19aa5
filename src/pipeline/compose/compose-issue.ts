import type { Tx } from '../../db/client.ts';
import { type IssueRow, lockWeek, saveIssue, setComparisons } from '../../db/queries/issue/issues.ts';
import type { IssueEdits } from '../../domain/issue/issue.ts';
import { commandLine, done, type Refusal, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { heldMessage } from '../refusals.ts';
import { draftIssue } from './draft-issue.ts';
import { hashRendering } from './rendering.ts';
import type { Candidates } from './select-candidates.ts';

export type Composed =
  | {
      readonly ok: true;
      readonly kind: 'composed';
      readonly issue: IssueRow;
      readonly leftOut: Candidates['leftOut'];
    }
  | { readonly ok: true; readonly kind: 'nothing-new'; readonly leftOut: Candidates['leftOut'] }
  | Refusal;

/**
 * Picks the week's comparisons (cutoff: now), renders them and stores the draft. Run again on a draft, it picks again
 * and keeps the editors' changes. Refused for an issue that is held, frozen, or approved, unless its bytes are no
 * longer those that were approved. Without candidates nothing is stored. A cancelled issue that was never frozen
 * starts over.
 */
export async function composeIssue(ctx: PipelineContext, week: string): Promise<Composed> {
  return ctx.db.transaction(async (tx) => {
    const existing = await lockWeek(tx, week);
    const refusal = existing === null ? null : whyRefused(existing);
    if (refusal !== null) return refusal;
    const edits = existing === null || existing.status === 'cancelled' ? {} : existing.edits;
    return composeDraft(ctx, tx, week, existing, edits);
  });
}

/** Composes in the caller's transaction, which has locked the week. A held issue stays held. */
export async function composeDraft(
  ctx: PipelineContext,
  tx: Tx,
  week: string,
  existing: IssueRow | null,
  edits: IssueEdits,
): Promise<Composed> {
  const draft = await draftIssue(ctx, tx, week, existing, edits);
  const { leftOut } = draft;
  if (draft.kind === 'nothing-new') return done({ kind: 'nothing-new' as const, leftOut });

  const { cutoff, content, comparisonIds } = draft;
  const { rendered, envelope, sha256 } = draft.rendering;
  const issue = await saveIssue(tx, existing?.id ?? null, {
    week,
    number: content.number,
    status: existing?.status === 'held' ? 'held' : 'draft',
    heldReason: existing?.heldReason ?? null,
    cutoff,
    content,
    edits,
    ...rendered,
    envelope,
    sha256,
    approvedSha256: null,
    approvedBy: null,
    approvedAt: null,
    overrides: [],
  });
  await setComparisons(tx, issue.id, comparisonIds);
  return done({ kind: 'composed' as const, issue, leftOut });
}

function whyRefused(issue: IssueRow): Refusal | null {
  if (issue.status === 'draft') return null;
  if (issue.frozenAt !== null) {
    return refuse(
      `Issue ${issue.week} is ${issue.status}, and a week has one issue. See it with: ${commandLine(`status --week ${issue.week}`)}`,
    );
  }
  if (issue.status === 'cancelled') return null;
  // Freeze refuses an issue whose bytes are not those that were approved, and asks for it to be composed again.
  if (issue.status === 'approved' && hashRendering(issue, issue.envelope) !== issue.approvedSha256)
    return null;
  if (issue.status === 'held') {
    return refuse(heldMessage(issue));
  }
  return refuse(
    `Issue ${issue.week} is already ${issue.status}. Change it with: ${commandLine(`edit --week ${issue.week}`)} (this withdraws the approval).`,
  );
}
