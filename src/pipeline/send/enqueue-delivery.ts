import type { Tx } from '../../db/client.ts';
import type { PipelineContext } from '../context.ts';

/** Jobs that deliver one issue side by side; more than a few do not outrun the provider's limit. */
const jobsPerIssue = 4;

/** Enqueues the jobs that deliver an issue; those that wait or run already are not doubled. */
export async function enqueueDelivery(ctx: PipelineContext, tx: Tx, week: string): Promise<void> {
  for (let n = 1; n <= jobsPerIssue; n += 1) {
    await ctx.queue.enqueue(tx, 'deliver-issue', `${week}-${n}`, { week });
  }
}
