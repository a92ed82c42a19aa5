import { suppressReported } from '../../audience/suppression/suppress.ts';
import { insertMailEvents } from '../../db/queries/sending/mail-events.ts';
import type { MailEvent } from '../../domain/sending/mail-event.ts';
import type { PipelineContext } from '../context.ts';

/**
 * Stores what the provider reports, each event once by its id, and suppresses whom it tells us not to mail, in
 * one transaction: once an event is acknowledged, no claim misses it. Any number at once, from any number of
 * processes; an event that is known changes nothing. Throws when the database does not take them, and then
 * none is stored: the provider reports again.
 */
export async function recordMailEvents(
  ctx: Pick<PipelineContext, 'db' | 'observe'>,
  events: readonly MailEvent[],
): Promise<void> {
  const { stored, suppressed } = await ctx.db.transaction(async (tx) => {
    const stored = await insertMailEvents(tx, events);
    return { stored: stored.length, suppressed: await suppressReported(tx, events, stored) };
  });
  ctx.observe({ kind: 'mail-events-recorded', received: events.length, stored, suppressed });
}
