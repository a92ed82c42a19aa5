import { deliverIssue } from '../../src/pipeline/send/deliver-issue.ts';
import { answerParent, usage } from '../child.ts';
import { type Bench, benchContext, week } from './context.ts';

/** As many lanes in a process as `npm start` runs. */
const lanes = 4;

answerParent(async (_go: 'go', bench: Bench) => {
  const ctx = benchContext(bench);
  const before = usage();
  await Promise.all(Array.from({ length: lanes }, () => deliverIssue(ctx, week)));
  const after = usage();
  await ctx.close();
  return { cpuUs: after.cpuUs - before.cpuUs, peakRssMb: after.peakRssMb };
});
