import type { Tx } from '../../db/client.ts';
import { logDecision, readLog } from '../../db/queries/issue/issue-log.ts';
import {
  deleteIssue,
  findIssue,
  type IssueRow,
  lockWeek,
  readUnfrozen,
  releaseComparisons,
} from '../../db/queries/issue/issues.ts';
import { moveIssue, stateOf } from '../../db/queries/issue/move-issue.ts';
import { findOpenSlot, updateSlot } from '../../db/queries/issue/slots.ts';
import { type SourceChange, toolNames } from '../../domain/comparison/changes.ts';
import type { IssueEdits } from '../../domain/issue/issue.ts';
import { composeDraft } from '../compose/compose-issue.ts';
import { describeChange, holdForLostTools, siteChanges } from '../compose/site-changes.ts';
import type { PipelineContext, Settings } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';

const who = 'schedule';

/**
 * Looks at what the site changed since each unfrozen issue was composed. Under `APPROVAL=auto` a draft is composed
 * anew, with the same cutoff and its edits, and the editors are told what changed. After a person's approval the bytes
 * stand and the editors are told once; under `APPROVAL=required` the check tells of it. Where nothing changed it costs
 * one query an issue. Run again, or by several processes at once, it finds nothing more to do.
 */
export async function refreshDrafts(ctx: PipelineContext): Promise<void> {
  for (const issue of await readUnfrozen(ctx.db)) await refresh(ctx, issue);
}

/** The same for the issue of one week. */
export async function refreshDraft(ctx: PipelineContext, week: string): Promise<void> {
  const issue = await findIssue(ctx.db, week);
  if (issue !== null) await refresh(ctx, issue);
}

async function refresh(ctx: PipelineContext, seen: IssueRow): Promise<void> {
  const now = ctx.clock.now();
  if (stepFor(ctx.settings, seen) === null || (await siteChanges(ctx.db, seen, now)).length === 0) return;
  await ctx.db.transaction(async (tx) => {
    // An editor or another process may have changed it since it was seen.
    const issue = await lockWeek(tx, seen.week);
    const step = issue === null ? null : stepFor(ctx.settings, issue);
    if (issue === null || step === null) return;
    const changes = await siteChanges(tx, issue, now);
    if (changes.length > 0) await step(ctx, tx, issue, changes);
  });
}

type Step = (
  ctx: PipelineContext,
  tx: Tx,
  issue: IssueRow,
  changes: readonly SourceChange[],
) => Promise<void>;

function stepFor({ approval }: Settings, issue: IssueRow): Step | null {
  if (issue.frozenAt !== null) return null;
  // What the schedule itself approved, and did not come to freeze, nobody has looked at.
  const isApproved = issue.status === 'approved' && (issue.approvedBy !== who || approval === 'required');
  if (isApproved) return tellOnce;
  return approval === 'auto' && ['draft', 'approved', 'held'].includes(issue.status) ? composeAnew : null;
}

/** The editors learn of the same changes once. */
async function tellOnce(
  ctx: PipelineContext,
  tx: Tx,
  issue: IssueRow,
  changes: readonly SourceChange[],
): Promise<void> {
  if (await isTold(tx, issue, changes)) return;
  const at = ctx.clock.now();
  const { id: issueId, week } = issue;
  await logDecision(tx, { at, who, week, issueId, what: changedAtSite, reason: reasonOf(changes) });
  await tell(ctx, tx, week, changes, issue.status === 'held' ? 'held as it is' : 'stands');
}

const changedAtSite = 'changed at the site';

async function isTold(tx: Tx, issue: IssueRow, changes: readonly SourceChange[]): Promise<boolean> {
  const reason = reasonOf(changes);
  const log = await readLog(tx, issue.week);
  return log.some(
    (entry) => entry.issueId === issue.id && entry.what === changedAtSite && entry.reason === reason,
  );
}

async function composeAnew(
  ctx: PipelineContext,
  tx: Tx,
  issue: IssueRow,
  changes: readonly SourceChange[],
): Promise<void> {
  // Held, with too little left to compose: known.
  if (issue.status === 'held' && (await isTold(tx, issue, changes))) return;
  const { week, cutoff, content } = issue;
  const composed = await composeDraft(ctx, tx, week, {
    ...{ existing: issue, edits: renamed(issue.edits, changes), cutoff, by: who },
    // A person may have composed it with fewer than MIN_COMPARISONS.
    atLeast: Math.min(ctx.settings.minComparisons, content.comparisons.length),
    ...{ what: 'composed anew', reason: reasonOf(changes) },
  });
  if (!composed.ok) throw new Error(composed.message);
  if (composed.kind === 'nothing-new') {
    return issue.status === 'held' ? tellOnce(ctx, tx, issue, changes) : takeBack(ctx, tx, issue, changes);
  }
  const held = await holdForLostTools(tx, composed.issue, toolNames(content.comparisons), ctx.clock.now());
  await tell(ctx, tx, week, changes, 'composed anew', held);
}

/**
 * Removes a draft of which too little is left. Its edits stay with its slot until the week is composed again; an issue
 * without a slot to come, which nothing composes again by itself, is missed instead and so keeps them.
 */
async function takeBack(
  ctx: PipelineContext,
  tx: Tx,
  issue: IssueRow,
  changes: readonly SourceChange[],
): Promise<void> {
  const { id, week, edits, content } = issue;
  const at = ctx.clock.now();
  const decision = { at, who, reason: `too few comparisons are left\n${reasonOf(changes)}` };
  const open = await findOpenSlot(tx, week);
  if (open === null) {
    await releaseComparisons(tx, id);
    await moveIssue(tx, id, 'miss', decision, { missedFrom: stateOf(issue) });
  } else {
    const kept = { edits: renamed(edits, changes), tools: toolNames(content.comparisons) };
    await updateSlot(tx, open.slot, { edits: kept, thinToldAt: at });
    await logDecision(tx, { ...decision, week, slot: open.slot, what: 'draft taken back' });
    await deleteIssue(tx, id);
  }
  await tell(ctx, tx, week, changes, 'taken back');
}

type Became = 'stands' | 'held as it is' | 'composed anew' | 'taken back';

async function tell(
  ctx: PipelineContext,
  tx: Tx,
  week: string,
  changes: readonly SourceChange[],
  became: Became,
  held: string | null = null,
): Promise<void> {
  const at = ctx.clock.now().toISOString();
  const described = changes.map(describeChange);
  await enqueueNotice(ctx, tx, { kind: 'site-changed', week, at, changes: described, became, held });
}

const reasonOf = (changes: readonly SourceChange[]) => changes.map(describeChange).join('\n');

/** Edits name comparisons by the slugs of their time. */
function renamed(edits: IssueEdits, changes: readonly SourceChange[]): IssueEdits {
  if (edits.order === undefined) return edits;
  const slugNow = new Map(changes.map((change) => [change.slug, change.slugNow]));
  return { ...edits, order: edits.order.map((slug) => slugNow.get(slug) ?? slug) };
}
