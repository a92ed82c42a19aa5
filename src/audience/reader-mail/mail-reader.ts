import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import { dropShortMail, readDueShortMails } from '../../db/queries/audience/short-mails.ts';
import type { Jobs, ReaderMail } from '../../queue/jobs.ts';
import type { AudienceContext } from '../context.ts';
import { isToRetry, postShortMail } from './post-short-mail.ts';
import { writeReaderMail } from './write-reader-mail.ts';

/** Enqueues mails once `tx` commits; the same mail twice is sent once. */
export async function enqueueReaderMails(
  ctx: AudienceContext,
  tx: Tx,
  mails: readonly ReaderMail[],
): Promise<void> {
  const jobs = mails.map((mail) => ({ key: mailName(mail), data: { mail } }));
  await ctx.queue.enqueueAll(tx, 'mail-reader', jobs);
}

const mailName = (mail: ReaderMail) =>
  'linkId' in mail ? `${mail.kind}-${mail.linkId}` : `${mail.kind}-${mail.subscriberId}-${mail.at}`;

/** Enqueues mails that are due again. A job that waits already is not enqueued again. */
export async function enqueueDueReaderMails(ctx: AudienceContext, limit: number): Promise<void> {
  const due = await readDueShortMails<Jobs['mail-reader']>(ctx.db, 'mail-reader', ctx.clock.now(), limit);
  if (due.length === 0) return;
  await ctx.db.transaction((tx) =>
    enqueueReaderMails(
      ctx,
      tx,
      due.map(({ mail }) => mail),
    ),
  );
}

/**
 * Sends a mail to one reader. Does nothing when the reader is gone or no longer in the state that the mail is about, or
 * the provider has accepted it. Throws when the queue is to try again soon; later attempts begin with
 * `enqueueDueReaderMails`, until its link has expired.
 */
export async function mailReader(ctx: AudienceContext, mail: ReaderMail): Promise<void> {
  const name = mailName(mail);
  const written = await writeReaderMail(ctx, mail);
  if (written === null) return dropShortMail(ctx.db, name);
  const { secret, ...rest } = written;
  const answer = await postShortMail(ctx, {
    ...{ name, kind: mail.kind, queue: 'mail-reader', data: { mail }, editor: null, group: 'readers' },
    ...rest,
    idempotencyKey: idempotencyKey(mail, secret),
  });
  if (isToRetry(answer)) throw new Error(`the mail ${mail.kind} was not accepted: ${answer.reason}`);
}

/** `secret` tells it apart from the same ids of another database on the same account. */
function idempotencyKey(mail: ReaderMail, secret: string): string {
  const hash = createHash('sha256')
    .update(`${mailName(mail)}\0${secret}`)
    .digest('hex');
  return `${mail.kind}-${hash.slice(0, 32)}`;
}
