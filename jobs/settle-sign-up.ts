import type { AudienceContext } from '../src/audience/context.ts';
import { settleWaitingSignUp } from '../src/audience/sign-up/settle-sign-up.ts';
import type { Jobs } from '../src/queue/jobs.ts';

export const settleSignUpJob = (ctx: AudienceContext) => (job: Jobs['settle-sign-up']) =>
  settleWaitingSignUp(ctx, job.signUpId);
