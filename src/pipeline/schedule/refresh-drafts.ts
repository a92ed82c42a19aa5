import type { Tx } from '../../db/client.ts';
import { logDecision, readLog } from '../../db/queries/issue/issue-log.ts';
import { deleteIssue, type IssueRow, lockWeek, readUnfrozen } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { findOpenSlot, updateSlot } from '../../db/queries/issue/slots.ts';
import { composeDraft } from '../compose/compose-issue.ts';
import { describeChange, siteChanges } from '../compose/site-changes.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';

/**
 * Looks at what the site changed since each unfrozen issue was composed. Under `APPROVAL=auto` a draft is composed
 * anew, with the same cutoff and its edits, and the editors are told what changed. After an approval the bytes stand
 * and the editors are told once; under `APPROVAL=required` the check tells of it. Run again, it finds nothing to do.
 */
export async function refreshDrafts(ctx: PipelineContext): Promise<void> {
  for (const { week } of await readUnfrozen(ctx.db)) await refreshDraft(ctx, week);
}

export async function refreshDraft(ctx: PipelineContext, week: string): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const issue = await lockWeek(tx, week);
    if (issue === null || issue.frozenAt !== null) return;
    const changes = await siteChanges(tx, issue, now);
    if (changes.length === 0) return;
    const what = changes.map(describeChange);
    if (issue.status === 'approved') return tellOnce(ctx, tx, issue, what);
    if (ctx.settings.approval !== 'auto' || (issue.status !== 'draft' && issue.status !== 'held')) return;
    await composeAnew(ctx, tx, issue, what);
  });
}

async function tellOnce(
  ctx: PipelineContext,
  tx: Tx,
  issue: IssueRow,
  changes: readonly string[],
): Promise<void> {
  const entry = { week: issue.week, issueId: issue.id, who: 'site', what: 'changed at the site' };
  const reason = changes.join('\n');
  const told = await readLog(tx, issue.week);
  if (told.some((each) => each.what === entry.what && each.reason === reason)) return;
  await logDecision(tx, { ...entry, at: ctx.clock.now(), reason });
  await enqueueNotice(ctx, tx, { kind: 'site-changed', week: issue.week, changes, became: 'stands' });
}

async function composeAnew(
  ctx: PipelineContext,
  tx: Tx,
  issue: IssueRow,
  changes: readonly string[],
): Promise<void> {
  const { week, edits, cutoff } = issue;
  const at = ctx.clock.now();
  const composed = await composeDraft(ctx, tx, week, {
    ...{ existing: issue, edits, cutoff, by: 'schedule', atLeast: ctx.settings.minComparisons },
    ...{ what: 'composed anew', reason: changes.join('\n') },
  });
  if (!composed.ok) throw new Error(composed.message);
  if (composed.kind === 'nothing-new') {
    const open = await findOpenSlot(tx, week);
    if (open !== null) await updateSlot(tx, open.slot, { edits, thinToldAt: null });
    const reason = `too little is left of it: ${changes.join('\n')}`;
    await logDecision(tx, { at, who: 'schedule', week, what: 'draft taken back', reason });
    await deleteIssue(tx, issue.id);
    await enqueueNotice(ctx, tx, { kind: 'site-changed', week, changes, became: 'taken back' });
    return;
  }
  const lost = lostTools(issue, composed.issue);
  if (lost.length > 0) {
    const reason = `Your subject, preheader or intro names ${lost.join(' and ')}, which the site took back.`;
    await moveIssue(
      tx,
      issue.id,
      'hold before sending',
      { at, who: 'schedule', reason },
      { heldReason: reason },
    );
    await enqueueNotice(ctx, tx, { kind: 'issue-held', week, reason });
  }
  await enqueueNotice(ctx, tx, { kind: 'site-changed', week, changes, became: 'composed anew' });
}

/** Tools no longer in the issue that the editor's own words still name. */
function lostTools(before: IssueRow, after: IssueRow): string[] {
  const { subject = '', preheader = '', intro = '' } = before.edits;
  const words = `${subject}\n${preheader}\n${intro}`.toLowerCase();
  const namesOf = (issue: IssueRow) =>
    issue.content.comparisons.flatMap(({ tools }) => tools.map(({ name }) => name));
  const left = new Set(namesOf(after));
  return [...new Set(namesOf(before))].filter(
    (name) => !left.has(name) && words.includes(name.toLowerCase()),
  );
}
