import { suppressReported } from '../../audience/suppression/suppress.ts';
import { insertMailEvents, lockMailEventsOf } from '../../db/queries/sending/mail-events.ts';
import type { MailEvent } from '../../domain/sending/mail-event.ts';
import type { PipelineContext } from '../context.ts';

/**
 * Stores what the provider reports, each event once by its id, and suppresses the addresses that must not be mailed
 * again. Both happen in one transaction, so that no claim misses an event that was acknowledged. Takes any number of
 * events, from any number of processes; a known event changes nothing. Throws when the database fails, and then
 * nothing is stored: the provider reports the events again.
 */
export async function recordMailEvents(
  ctx: Pick<PipelineContext, 'db' | 'keys' | 'observe'>,
  events: readonly MailEvent[],
): Promise<void> {
  const issueIds = new Set(events.flatMap(({ tagged }) => (tagged === null ? [] : [tagged.issueId])));
  const { stored, suppressed } = await ctx.db.transaction(async (tx) => {
    await lockMailEventsOf(tx, [...issueIds]);
    const inserted = await insertMailEvents(tx, events);
    return {
      stored: inserted.stored.length,
      suppressed: await suppressReported(tx, ctx.keys, events, inserted),
    };
  });
  ctx.observe({ kind: 'mail-events-recorded', received: events.length, stored, suppressed });
}
