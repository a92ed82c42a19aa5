import { addMilliseconds } from 'date-fns/addMilliseconds';
import { subHours } from 'date-fns/subHours';
import { subMinutes } from 'date-fns/subMinutes';
import { lastLinkAt } from '../../db/queries/audience/mailed-links.ts';
import {
  findWaitingSignUp,
  postponeSignUp,
  settleSignUp,
  type WaitingSignUp,
} from '../../db/queries/audience/sign-ups.ts';
import { findByAddress, upsertPending } from '../../db/queries/audience/subscriptions.ts';
import { newReaderToken } from '../../domain/audience/subscriber.ts';
import type { AudienceContext } from '../context.ts';
import { mailLink } from '../reader-mail/mail-link.ts';
import { takeMailAllowance } from './mail-allowance.ts';

/** Signing up twice within this time sends one mail. */
const coolDownMinutes = 10;
/** After waiting this long for the budget, a sign-up is dropped. */
const maxWaitHours = 24;

/**
 * Decides what a recorded sign-up leads to: a confirmation mail if the address is new, pending or unsubscribed; nothing
 * if it is confirmed, suppressed or was mailed just now. Over the budget it waits for a later run. Running it twice
 * acts once.
 */
export async function processSignUp(ctx: AudienceContext, signUpId: number): Promise<void> {
  const waiting = await findWaitingSignUp(ctx.db, signUpId);
  if (waiting === null) return;
  const now = ctx.clock.now();
  const addressHash = ctx.keys.hashAddress(waiting.email);
  const { subscriber, suppressed } = await findByAddress(ctx.db, waiting.email, addressHash);
  const isQuiet =
    suppressed ||
    subscriber?.status === 'confirmed' ||
    waiting.createdAt < subHours(now, maxWaitHours) ||
    (subscriber !== null && (await mailedSince(ctx, subscriber.id, subMinutes(now, coolDownMinutes))));
  if (isQuiet) {
    await settleSignUp(ctx.db, signUpId, 'quiet', subscriber?.id ?? null);
    return;
  }
  const allowance = await takeMailAllowance(ctx, waiting.email);
  if (allowance.kind === 'never') await settleSignUp(ctx.db, signUpId, 'quiet', subscriber?.id ?? null);
  else if (allowance.kind === 'later')
    await postponeSignUp(ctx.db, signUpId, addMilliseconds(now, allowance.afterMs));
  else await mailConfirmation(ctx, waiting);
}

async function mailedSince(ctx: AudienceContext, readerId: number, since: Date): Promise<boolean> {
  const last = await lastLinkAt(ctx.db, readerId, 'confirm');
  return last !== null && last > since;
}

async function mailConfirmation(ctx: AudienceContext, waiting: WaitingSignUp): Promise<void> {
  const { id: signUpId, email, source, wording, network, createdAt } = waiting;
  await ctx.db.transaction(async (tx) => {
    const reader = await upsertPending(
      tx,
      { email, readerToken: newReaderToken() },
      { source, wording, network, at: createdAt },
    );
    const outcome = reader.status === 'confirmed' ? 'quiet' : 'mailed';
    if (!(await settleSignUp(tx, signUpId, outcome, reader.id))) return;
    if (outcome === 'mailed') await mailLink(ctx, tx, { mail: 'confirm', subscriberId: reader.id, signUpId });
  });
}
