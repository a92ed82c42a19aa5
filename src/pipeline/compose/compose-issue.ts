import type { Tx } from '../../db/client.ts';
import { type Decision, logDecision } from '../../db/queries/issue/issue-log.ts';
import { type IssueRow, lockWeek, saveIssue, setComparisons } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { clearKeptEdits, findOpenSlot, planSlot, readKeptEdits } from '../../db/queries/issue/slots.ts';
import type { IssueEdits } from '../../domain/issue/issue.ts';
import { slotOfWeek } from '../../domain/issue/schedule.ts';
import { commandLine, done, type Refusal, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { heldMessage } from '../refusals.ts';
import { draftIssue } from './draft-issue.ts';
import { hashRendering } from './rendering.ts';
import type { Candidates } from './select-candidates.ts';
import { holdForLostTools } from './site-changes.ts';

export type Composed =
  | {
      readonly ok: true;
      readonly kind: 'composed';
      readonly issue: IssueRow;
      readonly leftOut: Candidates['leftOut'];
    }
  /** Fewer comparisons than asked for; `found` of them. */
  | {
      readonly ok: true;
      readonly kind: 'nothing-new';
      readonly found: number;
      readonly leftOut: Candidates['leftOut'];
    }
  | Refusal;

export interface ComposeOptions {
  readonly by: string;
  /** Fewer comparisons than this are too few; a person may compose with one. */
  readonly atLeast?: number;
}

/**
 * Picks the week's comparisons (cutoff: now), renders them and stores the draft. Run again on a draft, it picks again
 * and keeps the editors' changes. Refused for an issue that is held, frozen, or approved, unless its bytes are no
 * longer those that were approved. Without candidates nothing is stored. A missed issue is opened again with its
 * edits, a cancelled one that was never frozen starts over. The edits of a draft that was taken back come back, and hold
 * the issue where they name a tool that it no longer has. The slot of the week, if it is to come, is planned.
 */
export async function composeIssue(
  ctx: PipelineContext,
  week: string,
  { by, atLeast = 1 }: ComposeOptions,
): Promise<Composed> {
  const composed = await ctx.db.transaction(async (tx): Promise<Composed> => {
    const existing = await lockWeek(tx, week);
    const refusal = existing === null ? null : await whyRefused(tx, existing);
    if (refusal !== null) return refusal;
    const kept = existing === null ? await readKeptEdits(tx, week) : null;
    const edits = existing?.status === 'cancelled' ? {} : (existing?.edits ?? kept?.edits ?? {});
    const cutoff = ctx.clock.now();
    const composed = await composeDraft(ctx, tx, week, { existing, edits, cutoff, atLeast, by });
    const slot = slotOfWeek(ctx.settings.schedule, week);
    if (composed.ok && composed.kind === 'composed' && slot !== null && slot > cutoff)
      await planSlot(tx, slot, week);
    if (!composed.ok || composed.kind === 'nothing-new' || kept === null) return composed;
    await clearKeptEdits(tx, week);
    const heldReason = await holdForLostTools(tx, composed.issue, kept.tools, cutoff);
    if (heldReason === null) return composed;
    return { ...composed, issue: { ...composed.issue, status: 'held', heldKind: 'provider', heldReason } };
  });
  if (composed.ok && composed.kind === 'composed') {
    const { number, content } = composed.issue;
    ctx.observe({ kind: 'composed', week, number, comparisons: content.comparisons.length, by });
  }
  return composed;
}

export interface Recomposition {
  readonly existing: IssueRow | null;
  readonly edits: IssueEdits;
  readonly cutoff: Date;
  readonly by: string;
  readonly atLeast?: number;
  /** What the log calls it, and why. */
  readonly what?: 'composed' | 'edited' | 'composed anew' | 'moved';
  readonly reason?: string;
}

/**
 * Composes in the caller's transaction, which has locked the week. A held issue stays held; an approval is void. The
 * minutes of review start anew, but after the slot at most once.
 */
export async function composeDraft(
  ctx: PipelineContext,
  tx: Tx,
  week: string,
  { existing, edits, cutoff, by, atLeast = 1, what = 'composed', reason }: Recomposition,
): Promise<Composed> {
  const draft = await draftIssue(ctx, tx, week, { existing, edits, cutoff });
  const { leftOut } = draft;
  const found = draft.kind === 'draft' ? draft.content.comparisons.length : 0;
  if (draft.kind === 'nothing-new' || found < atLeast) {
    return done({ kind: 'nothing-new' as const, found, leftOut });
  }
  const decision = { at: ctx.clock.now(), who: by, reason: reason ?? null };

  if (existing !== null) await backToDraft(tx, existing, decision);

  const { content, comparisonIds } = draft;
  const { rendered, envelope, sha256 } = draft.rendering;
  const issue = await saveIssue(tx, existing?.id ?? null, {
    week,
    number: content.number,
    ...(await reviewFrom(ctx, tx, week, existing)),
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
  await logDecision(tx, { ...decision, week, issueId: issue.id, what });
  return done({ kind: 'composed' as const, issue, leftOut });
}

async function backToDraft(tx: Tx, { id, status }: IssueRow, decision: Decision): Promise<void> {
  if (status === 'approved') await moveIssue(tx, id, 'void approval', decision);
  if (status === 'missed' || status === 'cancelled') await moveIssue(tx, id, 'reopen', decision);
}

async function reviewFrom(
  ctx: PipelineContext,
  tx: Tx,
  week: string,
  existing: IssueRow | null,
): Promise<Partial<Pick<IssueRow, 'composedAt' | 'reviewedAgain'>>> {
  const now = ctx.clock.now();
  const slot = (await findOpenSlot(tx, week))?.slot ?? null;
  const isOver = slot !== null && slot <= now;
  if (isOver && existing?.reviewedAgain === true) return {};
  return { composedAt: now, reviewedAgain: isOver && existing !== null };
}

async function whyRefused(tx: Tx, issue: IssueRow): Promise<Refusal | null> {
  if (issue.status === 'draft') return null;
  if (issue.frozenAt !== null) {
    return refuse(
      `Issue ${issue.week} is ${issue.status}, and a week has one issue. See it with: ${commandLine(`status --week ${issue.week}`)}`,
    );
  }
  if (issue.status === 'cancelled' || issue.status === 'missed') return null;
  // Freeze refuses an issue whose bytes are not those that were approved, and asks for it to be composed again.
  if (issue.status === 'approved' && hashRendering(issue, issue.envelope) !== issue.approvedSha256)
    return null;
  if (issue.status === 'held') return refuse(await heldMessage(tx, issue));
  return refuse(
    `Issue ${issue.week} is already ${issue.status}. Change it with: ${commandLine(`edit --week ${issue.week}`)} (this withdraws the approval).`,
  );
}
