import { unsubscribeByToken } from '../db/queries/readers.ts';
import type { AudienceContext } from './context.ts';
import { enqueueReaderMail } from './mail-reader.ts';

/**
 * Ends a subscription by the token of its reader's links, from the next claim on (RFC 8058). An unknown token and
 * a second time change nothing, and are no fault: whoever asks gets the same answer.
 */
export async function unsubscribe(ctx: AudienceContext, token: string): Promise<void> {
  const at = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const subscriberId = await unsubscribeByToken(tx, token, at);
    if (subscriberId === null) return;
    await enqueueReaderMail(ctx, tx, { kind: 'goodbye', subscriberId, at: at.toISOString() });
  });
}
