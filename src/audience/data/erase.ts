import { eraseForgotten } from '../../db/queries/audience/erased-addresses.ts';
import {
  eraseAddress,
  isAddressStored,
  lockErasureRequest,
  requestErasure,
  skipUnattempted,
  weeksStillPosting,
} from '../../db/queries/audience/erasure.ts';
import { findByAddress } from '../../db/queries/audience/subscriptions.ts';
import type { AudienceContext } from '../context.ts';

/** `waits`: batches of these weeks may have to be posted again with the same bytes, this reader's included. */
export type Erasure =
  | { readonly kind: 'erased' }
  | { readonly kind: 'waits'; readonly weeks: readonly string[] }
  | { readonly kind: 'unknown' };

type EraseContext = Pick<AudienceContext, 'db' | 'keys' | 'clock'>;

/**
 * Erases a reader whose erasure was requested from every table, in one transaction; only a keyed hash stays. While a
 * tried batch with their address is open, it only takes them out of batches not tried yet: run it again later.
 * `unknown` when there is no such request, as after it has been done.
 */
export async function eraseReader(ctx: EraseContext, subscriberId: number): Promise<Erasure> {
  return ctx.db.transaction(async (tx) => {
    const email = await lockErasureRequest(tx, subscriberId);
    if (email === null) return { kind: 'unknown' };
    await skipUnattempted(tx, subscriberId);
    const weeks = await weeksStillPosting(tx, subscriberId);
    if (weeks.length > 0) return { kind: 'waits', weeks };
    const hashed = { addressHash: ctx.keys.hashAddress(email), secretId: ctx.keys.secretId() };
    await eraseAddress(tx, { email, ...hashed, subscriberId }, ctx.clock.now());
    return { kind: 'erased' };
  });
}

/**
 * By hand: erases the reader with this address, what is kept of somebody who left long ago, or the address from
 * suppressions and waiting sign-ups.
 */
export async function eraseByHand(ctx: EraseContext, email: string): Promise<Erasure> {
  const at = ctx.clock.now();
  const addressHash = ctx.keys.hashAddress(email);
  const { subscriber } = await findByAddress(ctx.db, email, addressHash);
  if (subscriber === null) {
    return ctx.db.transaction(async (tx) => {
      if (await isAddressStored(tx, email)) {
        const hashed = { addressHash, secretId: ctx.keys.secretId() };
        await eraseAddress(tx, { email, ...hashed, subscriberId: null }, at);
        return { kind: 'erased' };
      }
      return { kind: (await eraseForgotten(tx, addressHash, at)) ? 'erased' : 'unknown' };
    });
  }
  await ctx.db.transaction((tx) => requestErasure(tx, subscriber.id, at));
  return eraseReader(ctx, subscriber.id);
}
