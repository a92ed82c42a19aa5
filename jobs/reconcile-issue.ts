import type { PipelineContext } from '../src/pipeline/context.ts';
import { reconcileIssue } from '../src/pipeline/recover/reconcile-issue.ts';
import type { Jobs } from '../src/queue/jobs.ts';

/** Throws when the provider did not answer, for the queue to try again; a refusal of the provider waits for a person. */
export const reconcileIssueJob =
  (ctx: PipelineContext, stop: AbortSignal) => async (job: Jobs['reconcile-issue'], own: AbortSignal) => {
    const signal = AbortSignal.any([stop, own]);
    const result = await reconcileIssue(ctx, job.week, { which: 'unanswered', signal });
    if (!result.ok && !result.waitsForPerson && !signal.aborted) throw new Error(result.message);
  };
