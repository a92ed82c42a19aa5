import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import type { ReaderMail } from '../../queue/jobs.ts';
import type { AudienceContext } from '../context.ts';
import { writeReaderMail } from './write-reader-mail.ts';

/** Has mails sent once `tx` commits; the same mail twice is one. */
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
 * Posts a mail to one reader, ahead of bulk, under a key of its own: a retry is no second mail. Does nothing for
 * who is gone or no longer in the state that the mail is about. Throws when the provider does not take it now, for
 * the queue to try again.
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
  // Unknown: taken earlier under this key, as another release wrote it. Refused for the address: again is no use.
  if (outcome.kind === 'submitted' || outcome.kind === 'unknown') return;
  if (outcome.kind === 'refused' && outcome.aboutRecipient) return;
  throw new Error(`the mail ${mail.kind} was not taken: ${outcome.reason}`);
}

/** `secret` sets it apart from the same ids of another database on the same account. */
function idempotencyKey(mail: ReaderMail, secret: string): string {
  const hash = createHash('sha256')
    .update(`${mailName(mail)}\0${secret}`)
    .digest('hex');
  return `${mail.kind}-${hash.slice(0, 32)}`;
}
