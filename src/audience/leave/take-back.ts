import { canReturn, returnToSubscription } from '../../db/queries/audience/subscriptions.ts';
import { isSameSeal } from '../../domain/audience/keys.ts';
import type { AudienceContext } from '../context.ts';
import type { Left } from './unsubscribe.ts';

/** For how long leaving can be taken back. */
export const takeBackMinutes = 15;

type TakeBackContext = Pick<AudienceContext, 'db' | 'keys' | 'clock'>;

/**
 * Something signed, by which the reader who has just left can take that back. Null for somebody who had left before: only
 * the page that said goodbye offers it, since others may have the link of a forwarded issue. Null also for who never
 * confirmed, or is suppressed or being erased.
 */
export async function offerTakeBack(
  { db, keys }: TakeBackContext,
  token: string,
  { at, tokens }: Left,
): Promise<string | null> {
  if (!tokens.has(token) || !(await canReturn(db, token, at))) return null;
  return `${at.getTime().toString(36)}.${keys.signLeaving(token, at.getTime())}`;
}

/** Takes leaving back, within 15 minutes and once; not over a suppression. Returns whether the subscription goes on. */
export async function takeBack(
  { db, keys, clock }: TakeBackContext,
  token: string,
  offer: string,
): Promise<boolean> {
  const [text = '', seal = ''] = offer.split('.');
  const ms = /^[0-9a-z]{1,10}$/.test(text) ? Number.parseInt(text, 36) : Number.NaN;
  if (Number.isNaN(ms) || !isSameSeal(seal, keys.signLeaving(token, ms))) return false;
  if (clock.now().getTime() > ms + takeBackMinutes * 60_000) return false;
  return returnToSubscription(db, token, new Date(ms));
}
