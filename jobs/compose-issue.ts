import type { PipelineContext } from '../src/pipeline/context.ts';
import { composeForSlot } from '../src/pipeline/schedule/run-slot.ts';
import type { Jobs } from '../src/queue/jobs.ts';

export const composeIssueJob = (ctx: PipelineContext) => (job: Jobs['compose-issue']) =>
  composeForSlot(ctx, new Date(job.slot));
