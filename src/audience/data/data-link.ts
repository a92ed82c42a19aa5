import { requestErasure } from '../../db/queries/audience/erasure.ts';
import { findMailedLink, markLinkUsed } from '../../db/queries/audience/mailed-links.ts';
import {
  readSubscriberHistory,
  type SubscriberHistory,
} from '../../db/queries/audience/subscriber-history.ts';
import { findSubscriberToMail } from '../../db/queries/audience/subscribers.ts';
import type { AudienceContext } from '../context.ts';
import { hashesIn } from '../reader-mail/mail-link.ts';

/** `unknown`: never mailed, or so long ago that it is no longer kept. */
export type DataLinkState = 'open' | 'expired' | 'unknown';

/** What has become of a mailed link to a reader's data, by its last part, whatever surrounds the token. Reads only. */
export async function readDataLink(ctx: AudienceContext, linkEnd: string): Promise<DataLinkState> {
  const link = await findMailedLink(ctx.db, 'data', hashesIn(linkEnd), false);
  if (link === null) return 'unknown';
  return link.expiresAt > ctx.clock.now() ? 'open' : 'expired';
}

/** Everything stored about the reader that the link belongs to; null when the link is not valid. Reads only. */
export async function exportData(ctx: AudienceContext, linkEnd: string): Promise<SubscriberHistory | null> {
  const link = await findMailedLink(ctx.db, 'data', hashesIn(linkEnd), false);
  if (link === null || link.expiresAt <= ctx.clock.now()) return null;
  const reader = await findSubscriberToMail(ctx.db, link.subscriberId);
  return reader === null ? null : readSubscriberHistory(ctx.db, reader.email);
}

/** Ends the subscription now and enqueues a job that erases the reader. False when the link is not valid. */
export async function requestErasureByLink(ctx: AudienceContext, linkEnd: string): Promise<boolean> {
  const at = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const link = await findMailedLink(tx, 'data', hashesIn(linkEnd), true);
    if (link === null || link.expiresAt <= at) return false;
    await markLinkUsed(tx, link.id, at);
    await requestErasure(tx, link.subscriberId, at);
    await ctx.queue.enqueue(tx, 'erase-reader', String(link.subscriberId), {
      subscriberId: link.subscriberId,
    });
    return true;
  });
}
