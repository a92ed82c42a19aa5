import { subDays } from 'date-fns/subDays';
import { forgetSubscribers, lockForgettable } from '../../db/queries/audience/forgetting.ts';
import type { AudienceContext } from '../context.ts';

/** Transactions in one run, of at most 5,000 rows each; the rest waits for the next run. */
const maxTransactions = 20;

/**
 * Forgets who left more than `retentionDays` ago: the address and everything else about them is deleted, and a keyed
 * hash stays, by which imports and sign-ups recognise them. Whoever is in an issue that is not finished waits, and so
 * does whoever was mailed a link that may still work. Returns how many were forgotten. Each is forgotten in one
 * transaction, so it may be stopped anywhere, and run again and in several processes.
 */
export async function forgetReaders(
  ctx: Pick<AudienceContext, 'db' | 'keys' | 'clock' | 'observe' | 'settings'>,
): Promise<number> {
  const at = ctx.clock.now();
  const before = subDays(at, ctx.settings.retentionDays);
  let readers = 0;
  for (let n = 0; n < maxTransactions; n += 1) {
    const forgotten = await ctx.db.transaction(async (tx) => {
      const due = await lockForgettable(tx, before);
      const hashed = due.map(({ id, email }) => ({ id, addressHash: ctx.keys.hashAddress(email) }));
      return hashed.length === 0 ? 0 : forgetSubscribers(tx, hashed, ctx.keys.secretId(), at);
    });
    if (forgotten === 0) break;
    readers += forgotten;
  }
  if (readers > 0) ctx.observe({ kind: 'readers-forgotten', readers });
  return readers;
}
