import type { AudienceContext } from '../src/audience/context.ts';
import { eraseReader } from '../src/audience/data/erase.ts';
import type { Jobs } from '../src/queue/jobs.ts';

/** A reader who waits for an open batch gets another job within a minute. */
export const eraseReaderJob = (ctx: AudienceContext) => async (job: Jobs['erase-reader']) => {
  await eraseReader(ctx, job.subscriberId);
};
