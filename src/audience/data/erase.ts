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

/** `waits` for issues with a batch that may have to be posted again with the same bytes. */
export type Erasure =
  | { readonly kind: 'erased' }
  | { readonly kind: 'waits'; readonly weeks: readonly string[] }
  | { readonly kind: 'unknown' };

type EraseContext = Pick<AudienceContext, 'db' | 'keys' | 'clock'>;

/**
 * Takes a reader who asked for it out of every table, all or nothing; only a keyed hash stays. While a batch with
 * their address is open nothing is taken out but their place in batches that nobody has tried: run it again later.
 */
export async function eraseReader(ctx: EraseContext, subscriberId: number): Promise<Erasure> {
  return ctx.db.transaction(async (tx) => {
    const email = await lockErasureRequest(tx, subscriberId);
    if (email === null) return { kind: 'unknown' };
    await skipUnattempted(tx, subscriberId);
    const weeks = await weeksStillPosting(tx, subscriberId);
    if (weeks.length > 0) return { kind: 'waits', weeks };
    const addressHash = ctx.keys.hashAddress(email);
    await eraseAddress(tx, { email, addressHash, subscriberId }, ctx.clock.now());
    return { kind: 'erased' };
  });
}

/** By hand: whoever has this address, or it alone where only a suppression or a waiting sign-up holds it. */
export async function eraseByHand(ctx: EraseContext, email: string): Promise<Erasure> {
  const at = ctx.clock.now();
  const addressHash = ctx.keys.hashAddress(email);
  const { subscriber } = await findByAddress(ctx.db, email, addressHash);
  if (subscriber === null) {
    if (!(await isAddressStored(ctx.db, email))) return { kind: 'unknown' };
    await ctx.db.transaction((tx) => eraseAddress(tx, { email, addressHash, subscriberId: null }, at));
    return { kind: 'erased' };
  }
  await ctx.db.transaction((tx) => requestErasure(tx, subscriber.id, at));
  return eraseReader(ctx, subscriber.id);
}
