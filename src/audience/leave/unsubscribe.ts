import { unsubscribeByTokens } from '../../db/queries/audience/subscriptions.ts';
import type { AudienceContext } from '../context.ts';
import { enqueueReaderMails } from '../reader-mail/mail-reader.ts';

/**
 * Ends subscriptions by the tokens of their readers' links, from the next claim on (RFC 8058). An unknown token and
 * a second time change nothing, and are no fault: whoever asks gets the same answer.
 */
export async function unsubscribe(ctx: AudienceContext, tokens: readonly string[]): Promise<void> {
  const at = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const left = await unsubscribeByTokens(tx, tokens, at);
    await enqueueReaderMails(
      ctx,
      tx,
      left.map((subscriberId) => ({ kind: 'goodbye', subscriberId, at: at.toISOString() })),
    );
  });
}
