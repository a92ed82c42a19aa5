import { findIssue } from '../../db/queries/issue/issues.ts';
import { done, type Result } from '../../domain/refusal.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';
import { type LoggedDecision, readDecisions } from './decisions.ts';
import { type IssueStatusReport, issueStatus } from './issue-status.ts';

export interface IssueRecord {
  readonly report: IssueStatusReport;
  /** Slugs, in the order of the issue. */
  readonly comparisons: readonly string[];
  readonly approvedBy: string | null;
  /** ISO instants; null for what has not happened. */
  readonly times: Readonly<Record<'composedAt' | 'approvedAt' | 'frozenAt' | 'finishedAt', string | null>>;
  readonly decisions: readonly LoggedDecision[];
}

/**
 * An issue with all decisions about its week, the latest first; also for a week that never had an issue, when
 * something was decided about it. Reads only.
 */
export async function showIssue(
  ctx: Pick<PipelineContext, 'db' | 'clock'>,
  week: string,
): Promise<Result<{ readonly record: IssueRecord }>> {
  const status = await issueStatus(ctx, week);
  if (!status.ok) return noIssue(week);
  const issue = await findIssue(ctx.db, week);
  const iso = (instant: Date | null | undefined) => instant?.toISOString() ?? null;
  return done({
    record: {
      report: status.report,
      comparisons: issue?.content.comparisons.map(({ slug }) => slug) ?? [],
      approvedBy: issue?.approvedBy ?? null,
      times: {
        composedAt: iso(issue?.composedAt),
        approvedAt: iso(issue?.approvedAt),
        frozenAt: iso(issue?.frozenAt),
        finishedAt: iso(issue?.finishedAt),
      },
      decisions: await readDecisions(ctx.db, week),
    },
  });
}
