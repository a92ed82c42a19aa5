import type { PipelineContext } from '../src/pipeline/context.ts';
import { notifyEditors } from '../src/pipeline/notify/notify-editors.ts';
import type { Jobs } from '../src/queue/jobs.ts';

export const tellEditorsJob = (ctx: PipelineContext) => (job: Jobs['tell-editors']) =>
  notifyEditors(ctx, job.notice, new Date(job.at));
