import { beginAttempt, type NewShortMail, recordAnswer } from '../../db/queries/audience/short-mails.ts';
import type { Email } from '../../domain/sending/email.ts';
import { type ShortMailAnswer, shortMailAnswer } from '../../domain/sending/short-mail.ts';
import type { AudienceContext } from '../context.ts';

export interface ShortMail extends NewShortMail {
  readonly idempotencyKey: string;
  readonly email: Email;
  /** For the Date header; fixed, so that a retry has the same bytes. */
  readonly date: Date;
  /** Names the outbox's folder. */
  readonly group: 'readers' | 'editors';
}

/**
 * Posts a mail to one person, ahead of bulk, under its own idempotency key, and records the answer. What was accepted,
 * or may have been too long ago to ask, is never posted again. Returns null when it must not be posted now.
 */
export async function postShortMail(ctx: AudienceContext, mail: ShortMail): Promise<ShortMailAnswer | null> {
  const { name, idempotencyKey, email, date, group } = mail;
  const prepared = await ctx.mailer.prepare({ group, date, emails: [email] });
  await ctx.pace.turn(undefined, 'urgent');
  const begun = ctx.clock.now();
  const attempts = await beginAttempt(ctx.db, mail, begun);
  if (attempts === null) return null;
  const outcome = await prepared.post(idempotencyKey);
  const answer = shortMailAnswer(outcome, attempts);
  ctx.observe({
    kind: 'short-mail-answered',
    mail: mail.kind,
    outcome: outcome.kind,
    status: answer.status,
    reason: answer.status === 'sent' ? null : answer.reason,
  });
  await recordAnswer(ctx.db, name, answer, { begun, now: ctx.clock.now() });
  return answer;
}

/** Whether the queue is to try again at once, by its own delays. */
export const isToRetry = (
  answer: ShortMailAnswer | null,
): answer is Extract<ShortMailAnswer, { status: 'waiting' }> =>
  answer?.status === 'waiting' && answer.afterMs === null;
