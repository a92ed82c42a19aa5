import { rememberAgain } from '../../db/queries/audience/erased-addresses.ts';
import { findOpenLink, markLinkUsed } from '../../db/queries/audience/mailed-links.ts';
import { confirmSubscription } from '../../db/queries/audience/subscriptions.ts';
import type { AudienceContext } from '../context.ts';
import { tokenHash } from '../reader-mail/mail-link.ts';
import { enqueueReaderMails } from '../reader-mail/mail-reader.ts';

const confirmLink = (token: string) => ({ purpose: 'confirm', tokenSha256: tokenHash(token) }) as const;

/** Whether the link of a confirmation mail is still valid. Reads only. */
export async function canConfirm(ctx: AudienceContext, token: string): Promise<boolean> {
  return (await findOpenLink(ctx.db, confirmLink(token), ctx.clock.now(), false)) !== null;
}

/**
 * Confirms the subscription that the link belongs to, and enqueues the welcome mail. False when the link is unknown
 * or has expired. A link works once: used again it changes nothing, even if its reader has left in the meantime.
 */
export async function confirm(ctx: AudienceContext, token: string): Promise<boolean> {
  const at = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const link = await findOpenLink(tx, confirmLink(token), at, true);
    if (link === null) return false;
    if (link.used) return true;
    await markLinkUsed(tx, link.id, at);
    if (link.status === 'confirmed') return true;
    const id = link.subscriberId;
    const email = await confirmSubscription(tx, { id, signUpId: link.signUpId }, at);
    await rememberAgain(tx, { id, email, addressHash: ctx.keys.hashAddress(email) });
    await enqueueReaderMails(ctx, tx, [{ kind: 'welcome', subscriberId: id, at: at.toISOString() }]);
    return true;
  });
}
