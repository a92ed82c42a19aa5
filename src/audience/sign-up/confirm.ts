import { rememberAgain } from '../../db/queries/audience/erased-addresses.ts';
import { findMailedLink, type MailedLink, markLinkUsed } from '../../db/queries/audience/mailed-links.ts';
import { confirmSubscription } from '../../db/queries/audience/subscriptions.ts';
import { liftSuppression } from '../../db/queries/audience/suppressions.ts';
import { liftedBy, liftsByOptIn, type SuppressionReason } from '../../domain/audience/subscriber.ts';
import type { AudienceContext } from '../context.ts';
import { hashesIn } from '../reader-mail/mail-link.ts';
import { enqueueReaderMails } from '../reader-mail/mail-reader.ts';
import { softBounceRule } from '../suppression/suppress.ts';

/**
 * What has become of a confirmation link: `open` is still to be pressed; `confirmed` was, and the subscription goes on;
 * `left` was, and its reader has left since; `refused` belongs to an address that must not be mailed; `unknown` was never
 * mailed, or so long ago that it is no longer kept.
 */
export type ConfirmLink =
  | { readonly kind: 'open' | 'confirmed' | 'left' | 'expired' | 'unknown' }
  | { readonly kind: 'refused'; readonly reason: SuppressionReason };

/** What a confirmation link is, by its last part, whatever surrounds the token. Reads only. */
export async function readConfirmLink(ctx: AudienceContext, linkEnd: string): Promise<ConfirmLink> {
  return stateOf(await findMailedLink(ctx.db, 'confirm', hashesIn(linkEnd), false), ctx.clock.now());
}

/**
 * Confirms the subscription that the link belongs to, and enqueues the welcome mail. Lifts a suppression from before the
 * link was mailed, unless a person suppressed the address. A link works once: used again it changes nothing, even if its
 * reader has left in the meantime. Returns what has become of it.
 */
export async function confirm(ctx: AudienceContext, linkEnd: string): Promise<ConfirmLink> {
  const at = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const link = await findMailedLink(tx, 'confirm', hashesIn(linkEnd), true);
    const state = stateOf(link, at);
    if (link === null || link.used || (state.kind !== 'open' && state.kind !== 'refused')) return state;
    await markLinkUsed(tx, link.id, at);
    const lifts = link.suppression !== null && liftsByOptIn(link.suppression, link.createdAt);
    if (link.status !== 'confirmed' || lifts) {
      const { subscriberId: id, createdAt: linkMailedAt } = link;
      const email = await confirmSubscription(tx, { id, signUpId: link.signUpId }, at);
      const liftsFormer = await rememberAgain(
        tx,
        {
          id,
          email,
          addressHash: ctx.keys.hashAddress(email),
          linkMailedAt,
        },
        at,
      );
      if (lifts || liftsFormer) {
        const lift = { lifts: liftedBy.optIn, upTo: linkMailedAt, source: 'confirmed anew' };
        await liftSuppression(tx, email, lift, softBounceRule, at);
      }
      await enqueueReaderMails(ctx, tx, [{ kind: 'welcome', subscriberId: id, at: at.toISOString() }]);
    }
    return stateOf(await findMailedLink(tx, 'confirm', hashesIn(linkEnd), false), at);
  });
}

function stateOf(link: MailedLink | null, now: Date): ConfirmLink {
  if (link === null) return { kind: 'unknown' };
  if (link.used && link.status === 'unsubscribed') return { kind: 'left' };
  if (!link.used && link.expiresAt <= now) return { kind: 'expired' };
  if (link.suppression !== null && (link.used || !liftsByOptIn(link.suppression, link.createdAt)))
    return { kind: 'refused', reason: link.suppression.reason };
  return { kind: link.used ? 'confirmed' : 'open' };
}
