import { type Left, sayGoodbye, unsubscribe } from '../../audience/leave/unsubscribe.ts';
import { atMost } from '../../domain/time-limit.ts';
import type { PublicContext } from '../context.ts';

/** In milliseconds. The goodbye is said meanwhile unless something is wrong, which is no reason to let a reader wait. */
const longestWait = 1_000;

/**
 * Ends the subscriptions of tokens, and returns who left by that. Whatever keeps their goodbye mails from being enqueued is reported, and left to the
 * schedule. They are enqueued by one call at a time, so that those that hang do not take all connections of the pages.
 */
export function leaving(ctx: PublicContext): (tokens: readonly string[]) => Promise<Left> {
  let goodbyes: Promise<void> | null = null;
  return async (tokens) => {
    const left = await unsubscribe(ctx, tokens);
    goodbyes ??= sayGoodbye(ctx)
      .catch((error: unknown) => ctx.observe({ kind: 'failed', what: 'goodbye', error }))
      .finally(() => {
        goodbyes = null;
      });
    await atMost(longestWait, goodbyes);
    return left;
  };
}
