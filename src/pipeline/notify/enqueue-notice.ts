import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import type { Notice } from '../../queue/jobs.ts';
import type { PipelineContext } from '../context.ts';

/**
 * Enqueues the job that mails a notice to the editors (`mailNotice`), once `tx` commits. Does nothing without
 * EDITOR_EMAILS. The same notice enqueued twice is mailed once.
 */
export async function enqueueNotice(ctx: PipelineContext, tx: Tx, notice: Notice): Promise<void> {
  if (ctx.settings.editorEmails.length === 0) return;
  await ctx.queue.enqueue(tx, 'tell-editors', noticeKey(notice), {
    notice,
    at: ctx.clock.now().toISOString(),
  });
}

/** The same for the same notice: the key of the job, and of the request that mails it. */
export function noticeKey(notice: Notice): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(Object.entries(notice).toSorted()))
    .digest('hex');
  return `${notice.kind}-${notice.week}-${hash.slice(0, 16)}`;
}
