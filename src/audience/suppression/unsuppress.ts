import { findErased, hasErasedAddresses, liftErased } from '../../db/queries/audience/erased-addresses.ts';
import { findSuppression, liftSuppression } from '../../db/queries/audience/suppressions.ts';
import { liftedBy, type SuppressionReason } from '../../domain/audience/subscriber.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { AudienceContext } from '../context.ts';
import { softBounceRule } from './suppress.ts';

/**
 * Lifts the suppression of an address, by a person who says why; kept in its owner's history. Refuses a complaint, which
 * only its owner can lift, by signing up and confirming anew, and an address that is not suppressed. An address that is no
 * longer kept is recognised by its keyed hash.
 */
export async function unsuppressByHand(
  ctx: Pick<AudienceContext, 'db' | 'keys' | 'clock'>,
  email: string,
  { by, reason: why }: { readonly by: string; readonly reason: string },
): Promise<Result<{ readonly lifted: SuppressionReason }>> {
  const now = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const kept = await findSuppression(tx, email);
    // Hashing needs the secret, which a database without hashes may do without.
    const addressHash = (await hasErasedAddresses(tx)) ? ctx.keys.hashAddress(email) : null;
    const former = addressHash === null ? null : await findErased(tx, addressHash);
    const reason = kept?.reason ?? former?.suppression ?? null;
    if (reason === null) return refuse('That address is not suppressed.');
    if (reason === 'complaint' || former?.suppression === 'complaint') return refuse(complained);
    if (kept !== null) {
      // The database may have dated it by another clock, and more finely.
      const upTo = new Date(Math.max(kept.since.getTime() + 1, now.getTime()));
      const lift = { lifts: liftedBy.hand, upTo, source: `by ${by}: ${why}` };
      await liftSuppression(tx, email, lift, softBounceRule, now);
      const left = await findSuppression(tx, email);
      if (left?.reason === 'complaint') return refuse(complained);
    }
    if (addressHash !== null) await liftErased(tx, [addressHash], liftedBy.hand);
    return done({ lifted: reason });
  });
}

const complained =
  'They or their mail program reported mail as spam. Only they can lift that: by signing up and confirming anew.';
