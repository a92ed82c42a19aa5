import type { PipelineContext } from '../src/pipeline/context.ts';
import { deliverIssue } from '../src/pipeline/send/deliver-issue.ts';
import type { Jobs } from '../src/queue/jobs.ts';

/** A refusal is not an error: the issue is held with the reason, and trying again would not help. */
export const deliverIssueJob =
  (ctx: PipelineContext, signal: AbortSignal) => async (job: Jobs['deliver-issue']) => {
    await deliverIssue(ctx, job.week, { signal });
  };
