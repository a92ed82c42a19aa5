import { requestErasure } from '../../db/queries/audience/erasure.ts';
import { findOpenLink, markLinkUsed } from '../../db/queries/audience/mailed-links.ts';
import {
  readSubscriberHistory,
  type SubscriberHistory,
} from '../../db/queries/audience/subscriber-history.ts';
import { findSubscriberToMail } from '../../db/queries/audience/subscribers.ts';
import type { AudienceContext } from '../context.ts';
import { tokenHash } from '../reader-mail/mail-link.ts';

const dataLink = (token: string) => ({ purpose: 'data', tokenSha256: tokenHash(token) }) as const;

/** Whether a mailed link to a reader's data is still valid. Reads only. */
export async function canOpenData(ctx: AudienceContext, token: string): Promise<boolean> {
  return (await findOpenLink(ctx.db, dataLink(token), ctx.clock.now(), false)) !== null;
}

/** Everything stored about the reader that the link belongs to; null when the link is not valid. Reads only. */
export async function exportData(ctx: AudienceContext, token: string): Promise<SubscriberHistory | null> {
  const link = await findOpenLink(ctx.db, dataLink(token), ctx.clock.now(), false);
  if (link === null) return null;
  const reader = await findSubscriberToMail(ctx.db, link.subscriberId);
  return reader === null ? null : readSubscriberHistory(ctx.db, reader.email);
}

/** Ends the subscription now and enqueues a job that erases the reader. False when the link is not valid. */
export async function requestErasureByLink(ctx: AudienceContext, token: string): Promise<boolean> {
  const at = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const link = await findOpenLink(tx, dataLink(token), at, true);
    if (link === null) return false;
    await markLinkUsed(tx, link.id, at);
    await requestErasure(tx, link.subscriberId, at);
    await ctx.queue.enqueue(tx, 'erase-reader', String(link.subscriberId), {
      subscriberId: link.subscriberId,
    });
    return true;
  });
}
