import type { AudienceContext } from '../src/audience/context.ts';
import { processSignUp } from '../src/audience/sign-up/process-sign-up.ts';
import type { Jobs } from '../src/queue/jobs.ts';

export const settleSignUpJob = (ctx: AudienceContext) => (job: Jobs['settle-sign-up']) =>
  processSignUp(ctx, job.signUpId);
