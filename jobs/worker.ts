import type { PipelineContext } from '../src/pipeline/context.ts';
import type { Queue } from '../src/queue/queue.ts';
import { composeIssueJob } from './compose-issue.ts';
import { deliverIssueJob } from './deliver-issue.ts';
import { reconcileIssueJob } from './reconcile-issue.ts';
import { sendIssueJob } from './send-issue.ts';
import { tellEditorsJob } from './tell-editors.ts';

/** Runs every queue's jobs in this process until `signal`; lanes stop after the batch in hand. */
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
    },
    {
      concurrency: {
        'compose-issue': 1,
        'send-issue': 1,
        'deliver-issue': 4,
        'reconcile-issue': 1,
        'tell-editors': 1,
      },
      onError: (name, error) => ctx.observe({ kind: 'failed', what: name ?? 'queue', error }),
    },
  );
}
