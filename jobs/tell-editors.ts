import type { PipelineContext } from '../src/pipeline/context.ts';
import { mailNotice } from '../src/pipeline/notify/mail-notice.ts';
import type { Jobs } from '../src/queue/jobs.ts';

export const tellEditorsJob = (ctx: PipelineContext) => (job: Jobs['tell-editors']) =>
  mailNotice(ctx, job.notice, new Date(job.at));
