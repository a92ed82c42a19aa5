import { subDays } from 'date-fns/subDays';
import { subHours } from 'date-fns/subHours';
import { readErasureRequests } from '../db/queries/audience/erasure.ts';
import { deleteExpiredLinks } from '../db/queries/audience/mailed-links.ts';
import { deleteOldShortMails, giveUpShortMails } from '../db/queries/audience/short-mails.ts';
import { deleteOldSignUps, readDueSignUps } from '../db/queries/audience/sign-ups.ts';
import { findSubscriberToMail } from '../db/queries/audience/subscribers.ts';
import { deletePendingSince, markReminded, readUnreminded } from '../db/queries/audience/subscriptions.ts';
import { deleteOldLifts } from '../db/queries/audience/suppressions.ts';
import { isClockSteady } from '../db/queries/issue/slots.ts';
import { reportsKeptDays } from '../domain/sending/retention.ts';
import type { AudienceContext } from './context.ts';
import { forgetReaders } from './leave/forget-readers.ts';
import { sayGoodbye } from './leave/unsubscribe.ts';
import { mailLink } from './reader-mail/mail-link.ts';
import { enqueueDueReaderMails } from './reader-mail/mail-reader.ts';
import { takeMailAllowance } from './sign-up/mail-allowance.ts';

const remindAfterHours = 48;
const forgetAfterDays = 30;
const keepShortMailsDays = 30;
/** At most this many per run; the rest waits for the next minute. */
const maxPerRun = 500;

/**
 * Runs each minute: enqueues waiting sign-ups, erasures, goodbyes and mails that are due again, gives up mails whose time
 * is over, reminds people who have not confirmed within 48 hours, deletes those who have not within 30 days, expired
 * links, old sign-ups, records of mails and lifts of suppressions, and forgets who left long ago. While a clock may be
 * wrong, nothing is deleted for its age. Safe to run twice and in several processes.
 */
export async function maintainAudience(ctx: AudienceContext): Promise<void> {
  const now = ctx.clock.now();
  await enqueueWaiting(ctx, now);
  await sayGoodbye(ctx);
  await enqueueDueReaderMails(ctx, maxPerRun);
  for (const { kind, reason } of await giveUpShortMails(ctx.db, now))
    ctx.observe({ kind: 'short-mail-given-up', mail: kind, reason });
  await remindPending(ctx, now);
  if (!(await isClockSteady(ctx.db, now))) return;
  await deletePendingSince(ctx.db, subDays(now, forgetAfterDays));
  await deleteExpiredLinks(ctx.db, now);
  await deleteOldSignUps(ctx.db, now, subDays(now, ctx.settings.retentionDays));
  await deleteOldShortMails(ctx.db, subDays(now, keepShortMailsDays));
  await deleteOldLifts(ctx.db, subDays(now, reportsKeptDays));
  await forgetReaders(ctx);
}

/** A job that is enqueued already is not enqueued again. */
async function enqueueWaiting(ctx: AudienceContext, now: Date): Promise<void> {
  const signUps = await readDueSignUps(ctx.db, now, maxPerRun);
  const readers = await readErasureRequests(ctx.db);
  if (signUps.length + readers.length === 0) return;
  await ctx.db.transaction(async (tx) => {
    await ctx.queue.enqueueAll(
      tx,
      'settle-sign-up',
      signUps.map((signUpId) => ({ key: String(signUpId), data: { signUpId } })),
    );
    await ctx.queue.enqueueAll(
      tx,
      'erase-reader',
      readers.map((subscriberId) => ({ key: String(subscriberId), data: { subscriberId } })),
    );
  });
}

/** Reminders count against the budget of confirmation mails; over budget they wait for the next run. */
async function remindPending(ctx: AudienceContext, now: Date): Promise<void> {
  for (const subscriberId of await readUnreminded(ctx.db, subHours(now, remindAfterHours), maxPerRun)) {
    const reader = await findSubscriberToMail(ctx.db, subscriberId);
    if (reader === null) continue;
    const allowance = await takeMailAllowance(ctx, reader.email);
    if (allowance.kind === 'later') continue;
    await ctx.db.transaction(async (tx) => {
      if (!(await markReminded(tx, subscriberId, now)) || allowance.kind === 'never') return;
      await mailLink(ctx, tx, { mail: 'reminder', subscriberId });
    });
  }
}
