import { findErased, hasErasedAddresses } from '../../db/queries/audience/erased-addresses.ts';
import {
  readSubscriberHistory,
  type SubscriberHistory,
} from '../../db/queries/audience/subscriber-history.ts';
import type { AudienceContext } from '../context.ts';

/**
 * Everything stored about an address, in any case; of somebody who left long ago, whose address is no longer kept, that
 * is when they left. Null if nobody has it, or if its owner asked to be erased. Reads only.
 */
export async function findReader(
  ctx: Pick<AudienceContext, 'db' | 'keys'>,
  email: string,
): Promise<SubscriberHistory | null> {
  const history = await readSubscriberHistory(ctx.db, email);
  // Hashing needs the secret, which a database without hashes may do without.
  if (history !== null || !(await hasErasedAddresses(ctx.db))) return history;
  const erased = await findErased(ctx.db, ctx.keys.hashAddress(email));
  if (erased === null || erased.leftAt === null) return null;
  const { leftAt, erasedAt, suppression } = erased;
  return {
    ...nothingKnown,
    email,
    status: 'unsubscribed',
    unsubscribedAt: leftAt,
    forgottenAt: erasedAt,
    suppression: suppression === null ? null : { reason: suppression, detail: null, since: null },
  };
}

const nothingKnown = {
  ...{ consentSource: null, consentWording: null, consentWordingVersion: null, consentNetworkHash: null },
  ...{ consentedAt: null, confirmedAt: null, leftBy: null, pausedUntil: null, createdAt: null },
  ...{ remindedAt: null, eraseRequestedAt: null },
  ...{
    issues: [],
    issuesKnownFrom: null,
    events: [],
    eventsKnownFrom: null,
    signUps: [],
    links: [],
    lifts: [],
  },
};
