import { composeIssueJob } from '../../../jobs/compose-issue.ts';
import { deliverIssueJob } from '../../../jobs/deliver-issue.ts';
import { sendIssueJob } from '../../../jobs/send-issue.ts';
import { tellEditorsJob } from '../../../jobs/tell-editors.ts';
import { maintainIssues } from '../../../src/pipeline/recover/maintain-issues.ts';
import { moveDrafts } from '../../../src/pipeline/schedule/drop-slots.ts';
import { refreshDrafts } from '../../../src/pipeline/schedule/refresh-drafts.ts';
import { tick } from '../../../src/pipeline/schedule/tick.ts';
import { at, type TestPipeline } from './test-pipeline.ts';

/** Sets the clock, ticks as the clock does each minute, and runs the jobs that follow from it. */
export async function tickAndRunJobs(pipeline: TestPipeline, instant: string): Promise<void> {
  const ctx = at(pipeline, instant);
  await refreshDrafts(ctx);
  await tick(ctx);
  await moveDrafts(ctx);
  await maintainIssues(ctx);
  await ctx.queue.drain('compose-issue', composeIssueJob(ctx));
  await ctx.queue.drain('send-issue', sendIssueJob(ctx));
  await ctx.queue.drain('deliver-issue', deliverIssueJob(ctx, new AbortController().signal));
  await ctx.queue.drain('tell-editors', tellEditorsJob(ctx));
}
