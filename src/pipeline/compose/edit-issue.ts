import { type IssueRow, lockWeek } from '../../db/queries/issue/issues.ts';
import type { IssueEdits } from '../../domain/issue/issue.ts';
import { commandLine, type Refusal, refuse } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';
import { type Composed, composeDraft } from './compose-issue.ts';

/**
 * Adds an editor's changes to earlier ones and composes again with the same cutoff. Withdraws an approval, since what
 * was approved is no longer what would be sent; a hold stays. Refused once the issue is frozen. Drops accumulate: a
 * dropped comparison named in `order` is taken up again, an empty `drop` takes up all of them. An empty subject,
 * preheader or intro goes back to the generated one.
 */
export async function editIssue(
  ctx: PipelineContext,
  week: string,
  edits: IssueEdits,
  by: string,
): Promise<Composed> {
  return ctx.db.transaction(async (tx) => {
    const issue = await lockWeek(tx, week);
    if (issue === null) return noIssue(week);
    if (!isEditable(issue)) return whyNotEditable(issue);
    const unknown = unknownSlugs(issue, edits);
    if (unknown.length > 0) {
      return refuse(`Not in issue ${week}: ${unknown.join(', ')}. It has: ${slugsOf(issue).join(', ')}.`);
    }
    const composed = await composeDraft(ctx, tx, week, {
      existing: issue,
      edits: addEdits(issue.edits, edits),
      cutoff: issue.cutoff,
      by,
      what: 'edited',
      reason: Object.keys(edits).join(', '),
    });
    if (composed.ok && composed.kind === 'nothing-new') {
      return refuse(
        `That would leave issue ${week} without a comparison. To send nothing, cancel it: ${commandLine(`cancel --week ${week}`)}`,
      );
    }
    return composed;
  });
}

function addEdits(earlier: IssueEdits, later: IssueEdits): IssueEdits {
  const drop = (later.drop?.length === 0 ? [] : (earlier.drop ?? [])).filter(
    (slug) => !later.order?.includes(slug),
  );
  const { subject, preheader, intro, ...others } = { ...earlier, ...later };
  const written = Object.entries({ subject, preheader, intro }).filter(([, text]) => text?.trim());
  return { ...others, ...Object.fromEntries(written), drop: [...new Set([...drop, ...(later.drop ?? [])])] };
}

function isEditable(issue: IssueRow): boolean {
  return issue.frozenAt === null && ['draft', 'approved', 'held'].includes(issue.status);
}

function whyNotEditable({ week, status, frozenAt }: IssueRow): Refusal {
  if (frozenAt !== null) return refuse(`Issue ${week} is ${status} and can no longer be edited.`);
  return refuse(`Issue ${week} is ${status}. First open it again: ${commandLine(`compose --week ${week}`)}`);
}

const slugsOf = (issue: IssueRow) => issue.content.comparisons.map((comparison) => comparison.slug);

function unknownSlugs(issue: IssueRow, edits: IssueEdits): string[] {
  const known = new Set([...slugsOf(issue), ...(issue.edits.drop ?? [])]);
  return [...(edits.order ?? []), ...(edits.drop ?? [])].filter((slug) => !known.has(slug));
}
