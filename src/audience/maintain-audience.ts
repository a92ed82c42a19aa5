import { subDays } from 'date-fns/subDays';
import { subHours } from 'date-fns/subHours';
import { readErasureRequests } from '../db/queries/audience/erasure.ts';
import { deleteExpiredLinks } from '../db/queries/audience/mailed-links.ts';
import { deleteOldSignUps, readDueSignUps } from '../db/queries/audience/sign-ups.ts';
import { findSubscriberToMail } from '../db/queries/audience/subscribers.ts';
import { deletePendingSince, markReminded, readUnreminded } from '../db/queries/audience/subscriptions.ts';
import type { AudienceContext } from './context.ts';
import { mailLink } from './reader-mail/mail-link.ts';
import { takeMailPermit } from './sign-up/mail-permit.ts';

const remindAfterHours = 48;
const forgetAfterDays = 30;
/** What one minute looks after; the rest waits for the next. */
const perRun = 500;

/**
 * Runs each minute: has jobs for sign-ups and erasures that wait, reminds who has not confirmed within 48 hours,
 * forgets who has not within 30 days, and what no longer serves. Safe to run twice and in several processes.
 */
export async function tendAudience(ctx: AudienceContext): Promise<void> {
  const now = ctx.clock.now();
  await enqueueWaiting(ctx, now);
  await remindPending(ctx, now);
  await deletePendingSince(ctx.db, subDays(now, forgetAfterDays));
  await deleteExpiredLinks(ctx.db, now);
  await deleteOldSignUps(ctx.db, now, subDays(now, ctx.settings.retentionDays));
}

/** Jobs that wait already are not doubled. */
async function enqueueWaiting(ctx: AudienceContext, now: Date): Promise<void> {
  const signUps = await readDueSignUps(ctx.db, now, perRun);
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

/** Reminders count against the budget of confirmation mails; over it they wait for the next run. */
async function remindPending(ctx: AudienceContext, now: Date): Promise<void> {
  for (const subscriberId of await readUnreminded(ctx.db, subHours(now, remindAfterHours), perRun)) {
    const reader = await findSubscriberToMail(ctx.db, subscriberId);
    if (reader === null) continue;
    const permit = await takeMailPermit(ctx, reader.email);
    if (permit.kind === 'later') continue;
    await ctx.db.transaction(async (tx) => {
      if (!(await markReminded(tx, subscriberId, now)) || permit.kind === 'never') return;
      await mailLink(ctx, tx, { mail: 'reminder', subscriberId });
    });
  }
}
