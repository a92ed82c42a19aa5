import { addWeeks } from 'date-fns/addWeeks';
import { findTimeOfLeaving } from '../../db/queries/audience/erased-addresses.ts';
import { findPreferences, type Preferences, setPause } from '../../db/queries/audience/subscriptions.ts';
import type { AudienceContext } from '../context.ts';
import { mailLink } from '../reader-mail/mail-link.ts';

export const pauseWeeks = 4;

/** Null for a token that nobody has. A pause that is over reads as none. */
export async function readPreferences(ctx: AudienceContext, token: string): Promise<Preferences | null> {
  const found = await findPreferences(ctx.db, token);
  if (found?.pausedUntil == null || found.pausedUntil > ctx.clock.now()) return found;
  return { ...found, pausedUntil: null };
}

/** When the former reader with this token left, whose address is no longer kept; null for every other token. */
export function readTimeOfLeaving(ctx: AudienceContext, token: string): Promise<Date | null> {
  return findTimeOfLeaving(ctx.db, token);
}

/** No issue for four weeks from now. Doing it again starts the four weeks again. */
export async function pause(ctx: AudienceContext, reader: Preferences): Promise<void> {
  await setPause(ctx.db, reader.id, addWeeks(ctx.clock.now(), pauseWeeks));
}

export async function resume(ctx: AudienceContext, reader: Preferences): Promise<void> {
  await setPause(ctx.db, reader.id, null);
}

/**
 * Mails a fresh data link to the address: issues get forwarded, so the links in them must not open any data. Nothing
 * is mailed to an address that is suppressed, or when three were requested within the hour.
 */
export async function requestDataLink(
  ctx: AudienceContext,
  reader: Preferences,
): Promise<'mailed' | 'too many' | 'suppressed'> {
  if (reader.suppression !== null) return 'suppressed';
  const { ok } = await ctx.limits.dataLinks.take(String(reader.id));
  if (!ok) return 'too many';
  await ctx.db.transaction((tx) => mailLink(ctx, tx, { mail: 'data-link', subscriberId: reader.id }));
  return 'mailed';
}
