import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import type { ReaderMail } from '../../queue/jobs.ts';
import type { AudienceContext } from '../context.ts';
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

/**
 * Sends a mail to one reader, ahead of bulk, under its own idempotency key: a retry is not a second mail. Does nothing
 * when the reader is gone or no longer in the state that the mail is about. Throws when the provider does not accept
 * it now, so the queue tries again.
 */
export async function mailReader(ctx: AudienceContext, mail: ReaderMail): Promise<void> {
  const written = await writeReaderMail(ctx, mail);
  if (written === null) return;
  const { email, date, secret } = written;
  const prepared = await ctx.mailer.prepare({ group: 'readers', date, emails: [email] });
  await ctx.pace.turn(undefined, 'urgent');
  const outcome = await prepared.post(idempotencyKey(mail, secret));
  const reason = outcome.kind === 'submitted' ? (outcome.rejected[0]?.reason ?? null) : outcome.reason;
  ctx.observe({ kind: 'reader-mail-answered', mail: mail.kind, outcome: outcome.kind, reason });
  // Unknown: accepted earlier under this key, as another release wrote it. If the address is refused, a retry is no use.
  if (outcome.kind === 'submitted' || outcome.kind === 'unknown') return;
  if (outcome.kind === 'refused' && outcome.aboutRecipient) return;
  throw new Error(`the mail ${mail.kind} was not accepted: ${outcome.reason}`);
}

/** `secret` tells it apart from the same ids of another database on the same account. */
function idempotencyKey(mail: ReaderMail, secret: string): string {
  const hash = createHash('sha256')
    .update(`${mailName(mail)}\0${secret}`)
    .digest('hex');
  return `${mail.kind}-${hash.slice(0, 32)}`;
}
