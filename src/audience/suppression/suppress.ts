import type { Db, Tx } from '../../db/client.ts';
import { liftErased, suppressErased } from '../../db/queries/audience/erased-addresses.ts';
import {
  insertReportedSuppressions,
  liftSuppression,
  retractSoftBounces,
  type SoftBounceRule,
  suppressAddresses,
} from '../../db/queries/audience/suppressions.ts';
import type { StoredEvents } from '../../db/queries/sending/mail-events.ts';
import type { EmailAddress } from '../../domain/audience/email-address.ts';
import type { Keys } from '../../domain/audience/keys.ts';
import { liftedBy } from '../../domain/audience/subscriber.ts';
import type { MailEvent } from '../../domain/sending/mail-event.ts';

/** Never mail this address again, whatever its subscriber's status. Doing it twice keeps the first reason. */
export async function suppressByHand(db: Db, email: EmailAddress, detail: string): Promise<void> {
  await suppressAddresses(db, [{ email, reason: 'manual', detail }]);
}

/** A full mailbox empties again; one that refuses three of five issues does not. */
export const softBounceRule: SoftBounceRule = { bounces: 3, issues: 5 };

/**
 * Suppresses the subscribers' addresses that newly stored events report: at once after a permanent bounce, a complaint
 * or a suppression by the provider; after soft bounces by the rule. The order of events makes no difference: when a mail
 * turns out to have arrived, a suppression that rests on its bounce ends, and what the provider takes off its own list is
 * lifted, also if it is reported before what put it there. Runs in the transaction that stores the events,
 * so no claim can come in between. An address that is no longer kept is recognised by its keyed hash. Returns how many
 * more addresses are suppressed than before.
 */
export async function suppressReported(
  tx: Tx,
  keys: Pick<Keys, 'hashAddress'>,
  events: readonly MailEvent[],
  { stored, excused }: StoredEvents,
): Promise<number> {
  const storedById = new Map(stored.map((event) => [event.eventId, event]));
  const reports = events.flatMap(({ eventId, address, suppresses: reason, detail, at }) =>
    address === null || reason === null || !storedById.has(eventId) ? [] : [{ address, reason, detail, at }],
  );
  const softBounced = stored.flatMap(({ type, reader }) =>
    type === 'soft_bounced' && reader !== null ? [reader] : [],
  );
  const removed = events.flatMap(({ eventId, type, address, at }) =>
    type !== 'suppression.removed' || address === null || !storedById.has(eventId) ? [] : [{ address, at }],
  );
  if (reports.length === 0 && softBounced.length === 0 && excused.length === 0 && removed.length === 0)
    return 0;
  const ended = excused.length === 0 ? 0 : await retractSoftBounces(tx, excused);
  const begun = await insertReportedSuppressions(tx, reports, [...softBounced, ...excused], softBounceRule);
  const lifted = await liftRemoved(tx, keys, removed);
  const hashed = reports.map(({ address, reason }) => ({ addressHash: keys.hashAddress(address), reason }));
  return Math.max(begun + (await suppressErased(tx, hashed)) - ended - lifted, 0);
}

/** Lifts what the provider has taken off its own list. Returns how many suppressions ended. */
async function liftRemoved(
  tx: Tx,
  keys: Pick<Keys, 'hashAddress'>,
  removed: readonly { readonly address: string; readonly at: Date }[],
): Promise<number> {
  let lifted = 0;
  // In the order of addresses, against deadlocks.
  for (const { address, at } of removed.toSorted((a, b) => (a.address < b.address ? -1 : 1))) {
    const lift = { lifts: liftedBy.provider, upTo: at, source: 'by the provider', isKeptAnyway: true };
    if ((await liftSuppression(tx, address, lift, softBounceRule, at)) !== null) lifted += 1;
    lifted += await liftErased(tx, [keys.hashAddress(address)], liftedBy.provider);
  }
  return lifted;
}
