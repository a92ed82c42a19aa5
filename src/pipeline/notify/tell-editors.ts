import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import type { Notice } from '../../queue/jobs.ts';
import type { PipelineContext } from '../context.ts';

/** Has the editors told by mail once `tx` commits. Without EDITOR_EMAILS nobody is told. */
export async function tellEditors(ctx: PipelineContext, tx: Tx, notice: Notice): Promise<void> {
  if (ctx.settings.editorEmails.length === 0) return;
  await ctx.queue.enqueue(tx, 'tell-editors', noticeKey(notice), {
    notice,
    at: ctx.clock.now().toISOString(),
  });
}

/** The same notice has the same key: told twice, it is mailed once. */
export function noticeKey(notice: Notice): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(Object.entries(notice).toSorted()))
    .digest('hex');
  return `${notice.kind}-${notice.week}-${hash.slice(0, 16)}`;
}
