import { setTimeout } from 'node:timers/promises';
import type { Db } from '../../db/client.ts';
import { pushBack, setSpacing, takeTurns } from '../../db/queries/sending/rate-limits.ts';
import type { Observe } from '../../domain/event.ts';
import type { Pace, Rank } from '../../domain/sending/pace.ts';

/** The share of an allowed rate that we use: the provider's window may begin between two of our requests. */
const useOfLimit = 0.97;

/** When all turns that may be reserved ahead are taken. */
const retryAfterMs = 250;

/** What an answer of the provider says about its limit; null where it says nothing. */
export interface PaceHint {
  readonly status: number | null;
  readonly rate: {
    readonly limit: number | null;
    readonly windowMs: number | null;
    readonly retryAfterMs: number | null;
  };
}

export interface SharedPace extends Pace {
  /** Adopts the provider's limit, and waits as long as it says after a 429. */
  learn(hint: PaceHint): Promise<void>;
}

/**
 * One pace for all processes on this database. It starts at `perSecond` requests a second, then follows the limit
 * that the provider states; after a 429 every process waits.
 */
export function sharedPace(
  db: Db,
  options: { readonly name: string; readonly perSecond: number; readonly observe: Observe },
): SharedPace {
  const { name, perSecond, observe } = options;
  const spacing = (perWindow: number, windowMs: number) => windowMs / (perWindow * useOfLimit);
  let lastLimit: number | null = null;
  const take = async (wanted: { rank: Rank; atMost: number }, signal?: AbortSignal): Promise<number> => {
    const from = performance.now();
    let count = 0;
    while (count === 0 && signal?.aborted !== true) {
      const taken = await takeTurns(db, name, spacing(perSecond, 1_000), wanted);
      if (taken?.waitMs !== 0) await sleep(taken?.waitMs ?? retryAfterMs, signal);
      count = taken?.count ?? 0;
    }
    observe({ kind: 'waited-for-rate-limit', waitMs: performance.now() - from });
    return signal?.aborted ? 0 : count;
  };
  return {
    async turn(signal, rank = 'bulk') {
      await take({ rank, atMost: 1 }, signal);
    },
    turns: (atMost, signal) => take({ rank: 'bulk', atMost }, signal),
    async learn({ status, rate }) {
      if (status === 429 && rate.retryAfterMs !== null) await pushBack(db, name, rate.retryAfterMs);
      if (rate.limit === null || rate.limit <= 0 || rate.limit === lastLimit) return;
      lastLimit = rate.limit;
      await setSpacing(db, name, spacing(rate.limit, rate.windowMs ?? 1_000));
    },
  };
}

/** Waits for `ms` milliseconds, or until `signal` aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal && { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
}
