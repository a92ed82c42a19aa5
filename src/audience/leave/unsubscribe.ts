import {
  takeGoodbyes,
  unsubscribeByAddress,
  unsubscribeByTokens,
} from '../../db/queries/audience/subscriptions.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { AudienceContext } from '../context.ts';
import { findReader } from '../data/find-reader.ts';
import { enqueueReaderMails } from '../reader-mail/mail-reader.ts';

/** In one transaction. */
const maxGoodbyes = 500;

/**
 * Ends the subscriptions of these reader tokens, from the next claim on (RFC 8058). An unknown token changes nothing,
 * nor does a second time; neither is an error, so the answer is always the same. Only the readers' own rows are
 * written, so that leaving works whatever else does not: `sayGoodbye` does the rest. Returns who left by this, and when.
 */
export async function unsubscribe(
  ctx: Pick<AudienceContext, 'db' | 'clock'>,
  tokens: readonly string[],
): Promise<Left> {
  const at = ctx.clock.now();
  return { at, tokens: new Set(await unsubscribeByTokens(ctx.db, tokens, at)) };
}

/**
 * Ends the subscription of an address for a person who says why, which is kept with it. `left` is false when it had
 * ended before; refuses an address that nobody subscribes with.
 */
export async function unsubscribeByHand(
  ctx: Pick<AudienceContext, 'db' | 'keys' | 'clock'>,
  email: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Result<{ readonly left: boolean }>> {
  const leaving = { leftBy: `by ${by}: ${reason}`, at: ctx.clock.now() };
  if (await unsubscribeByAddress(ctx.db, email, leaving)) return done({ left: true });
  const reader = await findReader(ctx, email);
  if (reader?.status !== 'unsubscribed') return refuse('No subscriber has that address.');
  return done({ left: false });
}

export interface Left {
  readonly at: Date;
  readonly tokens: ReadonlySet<string>;
}

/**
 * Enqueues the goodbye mails of those who have left and were not mailed one yet. Whoever lets readers leave calls it,
 * and so does the schedule each minute, for those whose mail could not be enqueued. Each is enqueued once.
 */
export async function sayGoodbye(ctx: AudienceContext): Promise<void> {
  for (;;) {
    const count = await ctx.db.transaction(async (tx) => {
      const due = await takeGoodbyes(tx, maxGoodbyes);
      await enqueueReaderMails(
        ctx,
        tx,
        due.map(({ subscriberId, leftAt }) => ({ kind: 'goodbye', subscriberId, at: leftAt.toISOString() })),
      );
      return due.length;
    });
    if (count < maxGoodbyes) return;
  }
}
