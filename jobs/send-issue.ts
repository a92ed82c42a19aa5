import type { PipelineContext } from '../src/pipeline/context.ts';
import { runSlot } from '../src/pipeline/schedule/run-slot.ts';
import type { Jobs } from '../src/queue/jobs.ts';

export const sendIssueJob = (ctx: PipelineContext) => (job: Jobs['send-issue']) =>
  runSlot(ctx, new Date(job.slot));
