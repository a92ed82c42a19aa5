import type { PipelineContext } from '../src/pipeline/context.ts';
import type { Queue } from '../src/queue/queue.ts';
import { composeIssueJob } from './compose-issue.ts';
import { deliverIssueJob } from './deliver-issue.ts';
import { eraseReaderJob } from './erase-reader.ts';
import { mailReaderJob } from './mail-reader.ts';
import { reconcileIssueJob } from './reconcile-issue.ts';
import { sendIssueJob } from './send-issue.ts';
import { settleSignUpJob } from './settle-sign-up.ts';
import { tellEditorsJob } from './tell-editors.ts';

/** Runs the jobs of all queues in this process; at `signal`, deliveries stop after the batches that are being posted. */
export async function startWorker(
  ctx: PipelineContext & { readonly queue: Queue },
  signal: AbortSignal,
): Promise<void> {
  await ctx.queue.work(
    {
      'compose-issue': composeIssueJob(ctx),
      'send-issue': sendIssueJob(ctx),
      'deliver-issue': deliverIssueJob(ctx, signal),
      'reconcile-issue': reconcileIssueJob(ctx, signal),
      'tell-editors': tellEditorsJob(ctx),
      'settle-sign-up': settleSignUpJob(ctx),
      'mail-reader': mailReaderJob(ctx),
      'erase-reader': eraseReaderJob(ctx),
    },
    {
      concurrency: {
        'compose-issue': 1,
        'send-issue': 1,
        'deliver-issue': 1,
        'reconcile-issue': 1,
        'tell-editors': 1,
        'settle-sign-up': 2,
        'mail-reader': 2,
        'erase-reader': 1,
      },
      onError: (name, error) => ctx.observe({ kind: 'failed', what: name ?? 'queue', error }),
    },
  );
}
