import type { Notice } from '../../queue/jobs.ts';
import type { PipelineContext } from '../context.ts';
import { noticeKey } from './enqueue-notice.ts';
import { writeNotice } from './write-notice.ts';

/** A reminder that could not be mailed for so long is dropped: the next one is due soon. */
const staleAfterMs = 12 * 3_600_000;

/**
 * Mails a notice to the editors, one email each; `at` is when it was enqueued. The provider's idempotency key is the
 * notice's own, so that a second run mails nobody twice. Throws when the provider does not accept it, for the queue
 * to try again.
 */
export async function mailNotice(ctx: PipelineContext, notice: Notice, at: Date): Promise<void> {
  const { editorEmails, from, replyTo } = ctx.settings;
  if (editorEmails.length === 0) return;
  // After an outage of the provider the reminders of some days would arrive together; the newest says it all.
  const isStale = ctx.clock.now().getTime() - at.getTime() > staleAfterMs;
  if (notice.kind === 'approval-reminder' && isStale) return;
  const mail = await writeNotice(ctx, notice);
  if (mail === null) return;
  const prepared = await ctx.mailer.prepare({
    group: 'editors',
    date: at,
    emails: editorEmails.map((to) => ({
      from,
      to,
      replyTo,
      ...mail,
      headers: {},
      tags: { notice: notice.kind },
    })),
  });
  const outcome = await prepared.post(noticeKey(notice));
  // Accepted earlier under this key, with other figures: the editors have it.
  if (outcome.kind === 'unknown') return;
  if (outcome.kind !== 'submitted')
    throw new Error(`the notice ${notice.kind} was not accepted: ${outcome.reason}`);
}
