import { deliverIssue } from '../../src/pipeline/send/deliver-issue.ts';
import { answerParent, usage } from '../support/child.ts';
import { type BenchSettings, benchContext, week } from '../support/context.ts';
import type { Worked } from './send-once.ts';
import { timeClaims } from './time-claims.ts';

answerParent(async (_go: 'go', settings: BenchSettings): Promise<Worked> => {
  const ctx = benchContext(settings);
  const claimMs = timeClaims(ctx.db);
  const before = usage();
  await deliverIssue(ctx, week);
  const after = usage();
  await ctx.close();
  return { cpuUs: after.cpuUs - before.cpuUs, peakRssMb: after.peakRssMb, claimMs };
});
