import type { PipelineContext } from '../src/pipeline/context.ts';
import { deliverIssue } from '../src/pipeline/send/deliver-issue.ts';
import type { Jobs } from '../src/queue/jobs.ts';

/** A lane. A refusal (held, changed after approval) is kept in the ledger: there is nothing to try again. */
export const deliverIssueJob =
  (ctx: PipelineContext, signal: AbortSignal) => async (job: Jobs['deliver-issue']) => {
    await deliverIssue(ctx, job.week, { signal });
  };
