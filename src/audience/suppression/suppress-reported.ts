import type { Tx } from '../../db/client.ts';
import { insertReportedSuppressions, type SoftBounceRule } from '../../db/queries/audience/suppressions.ts';
import type { StoredEvent } from '../../db/queries/sending/mail-events.ts';
import type { MailEvent } from '../../domain/sending/mail-event.ts';

/** A full mailbox empties again; one that refuses three of five issues does not. */
const softBounceRule: SoftBounceRule = { bounces: 3, issues: 5 };

/**
 * Suppresses the subscribers' addresses that newly stored events tell not to mail: at once after a bounce for
 * good, a complaint or a suppression of the provider's own; after soft bounces by the rule. In whatever order
 * events come the outcome is the same. In the transaction that stores them, so that no claim comes between.
 * Returns how many addresses are newly suppressed.
 */
export async function suppressReported(
  tx: Tx,
  events: readonly MailEvent[],
  stored: readonly StoredEvent[],
): Promise<number> {
  const byId = new Map(stored.map((event) => [event.eventId, event]));
  const fresh = events.filter((event) => byId.has(event.eventId));
  const reports = fresh.flatMap(({ address, suppresses: reason, detail, at }) =>
    address === null || reason === null ? [] : [{ address, reason, detail, at }],
  );
  const softBounced = fresh.flatMap((event) => {
    const reader = event.type === 'soft_bounced' ? byId.get(event.eventId)?.reader : undefined;
    return reader == null ? [] : [reader];
  });
  if (reports.length === 0 && softBounced.length === 0) return 0;
  return insertReportedSuppressions(tx, reports, softBounced, softBounceRule);
}
