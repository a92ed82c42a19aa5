import { findIssue } from '../db/queries/issues.ts';
import { commandLine } from '../domain/command-line.ts';
import type { Observe } from '../domain/event.ts';
import { done, type Result, waitForPerson } from '../domain/refusal.ts';
import type { PipelineContext } from './context.ts';
import { type DeliverOptions, deliverIssue } from './deliver-issue.ts';
import { freezeIssue } from './freeze-issue.ts';
import { type IssueStatusReport, issueStatus } from './issue-status.ts';
import { noIssue } from './no-issue.ts';

export interface Sent {
  /** Recipients that the provider took from this process, as opposed to others that send meanwhile. */
  readonly submittedNow: number;
  readonly after: IssueStatusReport;
}

/** Sends an approved issue; a second run continues where the first ended and never repeats. */
export async function sendIssue(
  ctx: PipelineContext,
  week: string,
  options: DeliverOptions & { readonly onFrozen?: (before: IssueStatusReport) => void } = {},
): Promise<Result<Sent>> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) return noIssue(week);
  if (issue.status === 'held' && issue.frozenAt !== null) {
    return waitForPerson(
      `Issue ${week} is held: ${issue.heldReason} When that is mended: ${commandLine(`resume --week ${week}`)}`,
    );
  }
  const frozen = await freezeIssue(ctx, week);
  if (!frozen.ok) return frozen;
  options.onFrozen?.(await reportOf(ctx, week));
  let submittedNow = 0;
  const observe: Observe = (event) => {
    if (event.kind === 'batch-settled') submittedNow += event.submitted;
    ctx.observe(event);
  };
  const delivered = await deliverIssue({ ...ctx, observe }, week, options);
  if (!delivered.ok) return delivered;
  return done({ submittedNow, after: await reportOf(ctx, week) });
}

async function reportOf(ctx: PipelineContext, week: string): Promise<IssueStatusReport> {
  const report = await issueStatus(ctx, week);
  if (!report.ok) throw new Error(report.message);
  return report.report;
}
