import { expect } from 'vitest';
import type { Queryable } from '../../../src/db/client.ts';
import { type ClaimedBatch, claimBatches } from '../../../src/db/queries/sending/claims.ts';
import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import { type IssueStatusReport, issueStatus } from '../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../src/pipeline/send/deliver-issue.ts';
import { settleBatches } from '../../../src/pipeline/send/settle-batches.ts';
import { scriptedMailer } from '../mail/scripted-mailer.ts';
import { must, week } from './test-pipeline.ts';

/** The next batch that may be posted, or null. */
export async function claimBatch(
  db: Queryable,
  issueId: number,
  options: { readonly leaseMs: number; readonly at: Date },
): Promise<ClaimedBatch | null> {
  const [claim] = await claimBatches(db, issueId, { ...options, atMost: 1 });
  return claim ?? null;
}

export const settleBatch = (ctx: PipelineContext, claim: ClaimedBatch, outcome: BatchOutcome) =>
  settleBatches(ctx, [{ claim, outcome }]);

/** Posts the next batch; no answer comes, so it is to be retried. */
export async function postWithoutAnswer(ctx: PipelineContext): Promise<void> {
  const stop = new AbortController();
  const mailer = scriptedMailer(() => {
    stop.abort();
    return { kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true };
  });
  await deliverIssue({ ...ctx, mailer }, week, { signal: stop.signal });
  expect(mailer.posted).toHaveLength(1);
}

/** The ledger of the issue, which must balance. */
export async function balancedReport(ctx: PipelineContext): Promise<IssueStatusReport> {
  const { report } = must(await issueStatus(ctx, week));
  expect(report.balances).toBe(true);
  return report;
}
