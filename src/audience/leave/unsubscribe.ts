import { unsubscribeByTokens } from '../../db/queries/audience/subscriptions.ts';
import type { AudienceContext } from '../context.ts';
import { enqueueReaderMails } from '../reader-mail/mail-reader.ts';

/**
 * Ends the subscriptions of these reader tokens, from the next claim on (RFC 8058), and enqueues goodbye mails. An
 * unknown token changes nothing, nor does a second time; neither is an error, so the answer is always the same.
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
