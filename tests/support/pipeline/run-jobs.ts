import { composeIssueJob } from '../../../jobs/compose-issue.ts';
import { deliverIssueJob } from '../../../jobs/deliver-issue.ts';
import { runSteps } from '../../../jobs/schedule.ts';
import { sendIssueJob } from '../../../jobs/send-issue.ts';
import { tellEditorsJob } from '../../../jobs/tell-editors.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import type { Queue } from '../../../src/queue/queue.ts';
import { at, type TestPipeline } from './test-pipeline.ts';

/** Sets the clock, does what it does each minute, and runs the jobs that follow from it. A step that fails throws. */
export async function tickAndRunJobs(pipeline: TestPipeline, instant: string | Date): Promise<void> {
  await tickStrictly(pipeline, instant);
  await runJobs(at(pipeline, instant));
}

export async function tickStrictly(pipeline: TestPipeline, instant: string | Date): Promise<void> {
  await runSteps({
    ...at(pipeline, instant),
    observe: (event) => {
      if (event.kind === 'failed') throw event.error;
      pipeline.observe(event);
    },
  });
}

export async function runJobs(ctx: PipelineContext & { readonly queue: Queue }): Promise<void> {
  await ctx.queue.drain('compose-issue', composeIssueJob(ctx));
  await ctx.queue.drain('send-issue', sendIssueJob(ctx));
  await ctx.queue.drain('deliver-issue', deliverIssueJob(ctx, new AbortController().signal));
  await ctx.queue.drain('tell-editors', tellEditorsJob(ctx));
}
