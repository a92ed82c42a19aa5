import type { Db, Tx } from '../../db/client.ts';
import { suppressErased } from '../../db/queries/audience/erased-addresses.ts';
import {
  insertReportedSuppressions,
  retractSoftBounces,
  type SoftBounceRule,
  suppressAddresses,
} from '../../db/queries/audience/suppressions.ts';
import type { StoredEvents } from '../../db/queries/sending/mail-events.ts';
import type { EmailAddress } from '../../domain/audience/email-address.ts';
import type { Keys } from '../../domain/audience/keys.ts';
import type { MailEvent } from '../../domain/sending/mail-event.ts';

/** Never mail this address again, whatever its subscriber's status. Doing it twice keeps the first reason. */
export async function suppressByHand(db: Db, email: EmailAddress, detail: string): Promise<void> {
  await suppressAddresses(db, [{ email, reason: 'manual', detail }]);
}

/** A full mailbox empties again; one that refuses three of five issues does not. */
const softBounceRule: SoftBounceRule = { bounces: 3, issues: 5 };

/**
 * Suppresses the subscribers' addresses that newly stored events report: at once after a permanent bounce, a complaint
 * or a suppression by the provider; after soft bounces by the rule. The order of events makes no difference: when a mail
 * turns out to have arrived, a suppression that rests on its bounce ends. Runs in the transaction that stores the events,
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
  if (reports.length === 0 && softBounced.length === 0 && excused.length === 0) return 0;
  const ended = excused.length === 0 ? 0 : await retractSoftBounces(tx, excused);
  const begun = await insertReportedSuppressions(tx, reports, [...softBounced, ...excused], softBounceRule);
  const hashed = reports.map(({ address, reason }) => ({ addressHash: keys.hashAddress(address), reason }));
  return Math.max(begun + (await suppressErased(tx, hashed)) - ended, 0);
}
