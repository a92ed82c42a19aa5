import { requestErasure } from '../../db/queries/audience/erasure.ts';
import { findOpenLink, markLinkUsed } from '../../db/queries/audience/mailed-links.ts';
import {
  readSubscriberHistory,
  type SubscriberHistory,
} from '../../db/queries/audience/subscriber-history.ts';
import { findSubscriberToMail } from '../../db/queries/audience/subscribers.ts';
import type { AudienceContext } from '../context.ts';
import { tokenHash } from '../reader-mail/mail-link.ts';

const opens = (token: string) => ({ purpose: 'data', tokenSha256: tokenHash(token) }) as const;

/** Whether a mailed link to somebody's data opens still. Reads only. */
export async function canReadData(ctx: AudienceContext, token: string): Promise<boolean> {
  return (await findOpenLink(ctx.db, opens(token), ctx.clock.now(), false)) !== null;
}

/** Everything kept about the reader whom the link belongs to; null when it does not open. Reads only. */
export async function exportData(ctx: AudienceContext, token: string): Promise<SubscriberHistory | null> {
  const link = await findOpenLink(ctx.db, opens(token), ctx.clock.now(), false);
  if (link === null) return null;
  const reader = await findSubscriberToMail(ctx.db, link.subscriberId);
  return reader === null ? null : readSubscriberHistory(ctx.db, reader.email);
}

/** Ends the subscription now and has a job erase the reader. False when the link does not open. */
export async function askToBeErased(ctx: AudienceContext, token: string): Promise<boolean> {
  const at = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const link = await findOpenLink(tx, opens(token), at, true);
    if (link === null) return false;
    await markLinkUsed(tx, link.id, at);
    await requestErasure(tx, link.subscriberId, at);
    await ctx.queue.enqueue(tx, 'erase-reader', String(link.subscriberId), {
      subscriberId: link.subscriberId,
    });
    return true;
  });
}
