import type { PipelineContext } from '../src/pipeline/context.ts';
import { deliverIssue } from '../src/pipeline/send/deliver-issue.ts';
import type { Jobs } from '../src/queue/jobs.ts';

/**
 * Another issue may wait for this process, and each minute an issue with batches to post gets another job, so a job
 * ends when nothing may be posted for this long: longer than another process may hold a batch.
 */
const patienceMs = 30_000;

/**
 * Ends at `stop` and at the end of its time, after the batches that are being posted; the next job goes on.
 * A refusal is not an error: the issue is held with the reason, and trying again would not help.
 */
export const deliverIssueJob =
  (ctx: PipelineContext, stop: AbortSignal) => async (job: Jobs['deliver-issue'], signal: AbortSignal) => {
    await deliverIssue(ctx, job.week, { signal: AbortSignal.any([stop, signal]), patienceMs });
  };
