import { addMilliseconds } from 'date-fns/addMilliseconds';
import { subHours } from 'date-fns/subHours';
import { subMinutes } from 'date-fns/subMinutes';
import type { Tx } from '../../db/client.ts';
import { lastLinkAt } from '../../db/queries/audience/mailed-links.ts';
import {
  findWaitingSignUp,
  lastLinksAskedAt,
  postponeSignUp,
  settleSignUp,
  type WaitingSignUp,
} from '../../db/queries/audience/sign-ups.ts';
import {
  findByAddress,
  type Standing,
  type SubscriberStanding,
  upsertPending,
} from '../../db/queries/audience/subscriptions.ts';
import { noteAsked } from '../../db/queries/audience/suppressions.ts';
import {
  askedBefore,
  newReaderToken,
  type SignUpPurpose,
  type SuppressionReason,
} from '../../domain/audience/subscriber.ts';
import type { AudienceContext } from '../context.ts';
import { mailLink } from '../reader-mail/mail-link.ts';
import { enqueueReaderMails } from '../reader-mail/mail-reader.ts';
import { takeMailAllowance } from './mail-allowance.ts';

/** Signing up twice within this time sends one mail. */
const coolDownMinutes = 10;
/** After waiting this long for the budget, a sign-up is dropped. */
const maxWaitHours = 24;

/**
 * Decides what a recorded sign-up leads to: a confirmation mail if the address is new, pending or unsubscribed; nothing
 * if it is confirmed or was mailed just now. If it is suppressed, a mail that says so and whose link lifts that: after a
 * bounce once a day, after a complaint once in 30 days, and none if a person suppressed it. To somebody who asks for fresh links, these are mailed, if there
 * is such a subscriber. Over the budget it waits for a later run. Running it twice acts once.
 */
export async function processSignUp(ctx: AudienceContext, signUpId: number): Promise<void> {
  const waiting = await findWaitingSignUp(ctx.db, signUpId);
  if (waiting === null) return;
  const now = ctx.clock.now();
  const addressHash = ctx.keys.hashAddress(waiting.email);
  const { subscriber, suppression } = await findByAddress(ctx.db, waiting.email, addressHash);
  const isQuiet =
    (suppression !== null && (waiting.purpose === 'link' || !mayAsk(suppression, now))) ||
    waiting.createdAt < subHours(now, maxWaitHours) ||
    (waiting.purpose === 'subscribe'
      ? subscriber?.status === 'confirmed' && suppression === null
      : subscriber === null) ||
    (subscriber !== null && (await wasMailedJustNow(ctx, waiting.purpose, subscriber)));
  if (isQuiet) {
    await settleSignUp(ctx.db, signUpId, 'quiet', subscriber?.id ?? null);
    return;
  }
  const allowance = await takeMailAllowance(ctx, waiting.email);
  if (allowance.kind === 'never') await settleSignUp(ctx.db, signUpId, 'quiet', subscriber?.id ?? null);
  else if (allowance.kind === 'later')
    await postponeSignUp(ctx.db, signUpId, addMilliseconds(now, allowance.afterMs));
  else if (waiting.purpose === 'subscribe') await mailConfirmation(ctx, waiting, suppression);
  else if (subscriber !== null) await mailFreshLinks(ctx, waiting, subscriber);
}

function mayAsk({ reason, askedAt }: Standing, now: Date): boolean {
  const before = askedBefore(reason, now);
  return before !== null && (askedAt === null || askedAt <= before);
}

async function wasMailedJustNow(
  ctx: AudienceContext,
  purpose: SignUpPurpose,
  { id, status }: SubscriberStanding,
): Promise<boolean> {
  const last =
    purpose === 'subscribe' || status === 'pending'
      ? await lastLinkAt(ctx.db, id, 'confirm')
      : await lastLinksAskedAt(ctx.db, id);
  return last !== null && last > subMinutes(ctx.clock.now(), coolDownMinutes);
}

async function mailConfirmation(
  ctx: AudienceContext,
  waiting: WaitingSignUp,
  suppression: Standing | null,
): Promise<void> {
  const { id: signUpId, email, source, wording, network, createdAt } = waiting;
  await ctx.db.transaction(async (tx) => {
    const reader = await upsertPending(
      tx,
      { email, readerToken: newReaderToken() },
      { source, wording, network, at: createdAt },
    );
    const outcome = (
      suppression === null
        ? reader.status === 'confirmed'
        : !(await askAgain(ctx, tx, email, suppression.reason))
    )
      ? 'quiet'
      : 'mailed';
    if (!(await settleSignUp(tx, signUpId, outcome, reader.id))) return;
    if (outcome === 'mailed') await mailLink(ctx, tx, { mail: 'confirm', subscriberId: reader.id, signUpId });
  });
}

/** False if another run has just asked. */
async function askAgain(
  ctx: AudienceContext,
  tx: Tx,
  email: string,
  reason: SuppressionReason,
): Promise<boolean> {
  const at = ctx.clock.now();
  const before = askedBefore(reason, at);
  const who = { email, addressHash: ctx.keys.hashAddress(email) };
  return before !== null && noteAsked(tx, who, { at, before });
}

/** The links that every issue has; to somebody who has not confirmed yet, the one to confirm. */
async function mailFreshLinks(
  ctx: AudienceContext,
  waiting: WaitingSignUp,
  { id: subscriberId, status }: SubscriberStanding,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    if (!(await settleSignUp(tx, waiting.id, 'mailed', subscriberId))) return;
    if (status === 'pending') await mailLink(ctx, tx, { mail: 'confirm', subscriberId });
    else
      await enqueueReaderMails(ctx, tx, [
        { kind: 'links', subscriberId, at: waiting.createdAt.toISOString() },
      ]);
  });
}
