import { addDays } from 'date-fns/addDays';
import { addHours } from 'date-fns/addHours';
import { isToRetry, postShortMail } from '../../audience/reader-mail/post-short-mail.ts';
import { dropShortMail, readDueShortMails } from '../../db/queries/audience/short-mails.ts';
import { editorHash } from '../../domain/sending/short-mail.ts';
import type { Jobs, Notice } from '../../queue/jobs.ts';
import type { PipelineContext } from '../context.ts';
import { noticeKey } from './enqueue-notice.ts';
import { writeNotice } from './write-notice.ts';

/** A notice that could not be mailed for so long is given up. */
const noticeDays = 7;
/** The same for a reminder: the next one is due soon. */
const reminderHours = 12;
const maxPerRun = 100;

/** Enqueues notices that are due again for an editor. A job that waits already is not enqueued again. */
export async function enqueueDueNotices(ctx: PipelineContext): Promise<void> {
  const due = await readDueShortMails<Jobs['tell-editors']>(
    ctx.db,
    'tell-editors',
    ctx.clock.now(),
    maxPerRun,
  );
  if (due.length === 0) return;
  const jobs = new Map(due.map((data) => [noticeKey(data.notice), data]));
  await ctx.db.transaction((tx) =>
    ctx.queue.enqueueAll(
      tx,
      'tell-editors',
      [...jobs].map(([key, data]) => ({ key, data })),
    ),
  );
}

/**
 * Mails a notice to each editor; `at` is when it was enqueued. One whose address is refused does not keep the others
 * from theirs, and who has it is not mailed again. Throws when the queue is to try again soon; later attempts begin with
 * `enqueueDueNotices`.
 */
export async function mailNotice(ctx: PipelineContext, notice: Notice, at: Date): Promise<void> {
  const { editorEmails } = ctx.settings;
  const until = notice.kind === 'approval-reminder' ? addHours(at, reminderHours) : addDays(at, noticeDays);
  // After an outage of the provider the reminders of some days would arrive together; the newest says it all.
  if (editorEmails.length === 0 || ctx.clock.now() > until) return;
  const mail = await writeNotice(ctx, notice);
  const notAccepted: string[] = [];
  let editors = 0;
  for (const to of editorEmails) {
    const editor = editorHash(to);
    const name = `${noticeKey(notice)}-${editor.slice(0, 16)}`;
    if (mail === null) {
      await dropShortMail(ctx.db, name);
      continue;
    }
    const { from, replyTo } = ctx.settings;
    const answer = await postShortMail(ctx, {
      ...{ name, kind: notice.kind, queue: 'tell-editors', data: { notice, at: at.toISOString() }, editor },
      ...{ idempotencyKey: name, group: 'editors', date: at, until },
      email: { from, to, replyTo, ...mail, headers: {}, tags: { notice: notice.kind } },
    });
    if (answer?.status === 'sent') editors += 1;
    if (isToRetry(answer)) notAccepted.push(answer.reason);
  }
  if (editors > 0) ctx.observe({ kind: 'told', week: notice.week, notice: notice.kind, editors });
  const [reason] = notAccepted;
  if (reason !== undefined) throw new Error(`the notice ${notice.kind} was not accepted: ${reason}`);
}
