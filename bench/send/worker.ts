import { deliverIssue } from '../../src/pipeline/send/deliver-issue.ts';
import { answerParent, usage } from '../support/child.ts';
import { type BenchSettings, benchContext, week } from '../support/context.ts';
import type { Worked } from './send-once.ts';
import { timeClaims } from './time-claims.ts';

/** Deliver jobs that run at once, as in a process of `npm start`. */
const concurrency = 4;

answerParent(async (_go: 'go', settings: BenchSettings): Promise<Worked> => {
  const ctx = benchContext(settings);
  const claimMs = timeClaims(ctx.db);
  const before = usage();
  await Promise.all(Array.from({ length: concurrency }, () => deliverIssue(ctx, week)));
  const after = usage();
  await ctx.close();
  return { cpuUs: after.cpuUs - before.cpuUs, peakRssMb: after.peakRssMb, claimMs };
});
