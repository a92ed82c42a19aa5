import { setTimeout } from 'node:timers/promises';
import type { Db } from '../../db/client.ts';
import { pushBack, setSpacing, takeTurns } from '../../db/queries/sending/rate-limits.ts';
import type { Observe } from '../../domain/event.ts';
import type { Pace, Rank, Turns } from '../../domain/sending/pace.ts';

/**
 * The share of an allowed rate that we use. Requests take a different time to reach the provider, and its window may begin
 * between two of them: one too many comes into a window only when it took 40 ms less than the first in it.
 */
const useOfLimit = 0.96;

/** When all turns that may be reserved ahead are taken. */
const retryAfterMs = 50;

const none: Turns = { count: 0, waitMs: 0, everyMs: 0 };

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
 * One pace for all processes on this database. Each process sets it to `perSecond` requests a second when it first asks
 * for a turn; then it follows the limit that the provider states. After a 429 every process waits.
 */
export function sharedPace(
  db: Db,
  options: { readonly name: string; readonly perSecond: number; readonly observe: Observe },
): SharedPace {
  const { name, perSecond, observe } = options;
  const spacing = (perWindow: number, windowMs: number) => windowMs / (perWindow * useOfLimit);
  const firstSpacing = spacing(perSecond, 1_000);
  let started: Promise<void> | null = null;
  let lastLimit: number | null = null;
  const take = async (wanted: { rank: Rank; atMost: number }, signal?: AbortSignal): Promise<Turns> => {
    started ??= setSpacing(db, name, firstSpacing).catch((error: unknown) => {
      started = null;
      throw error;
    });
    await started;
    while (signal?.aborted !== true) {
      const turns = await takeTurns(db, name, firstSpacing, wanted);
      if (turns !== null) return turns;
      await sleep(retryAfterMs, signal);
    }
    return none;
  };
  const observed = async <T>(wait: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await wait();
    observe({ kind: 'waited-for-rate-limit', waitMs: performance.now() - from });
    return result;
  };
  return {
    turn: (signal, rank = 'bulk') =>
      observed(async () => {
        const { waitMs } = await take({ rank, atMost: 1 }, signal);
        if (waitMs > 0) await sleep(waitMs, signal);
      }),
    reserve: (atMost, signal) => observed(() => take({ rank: 'bulk', atMost }, signal)),
    async learn({ status, rate }) {
      // After a 429 it is set in any case: a process that has just started may have changed it.
      const isNews = rate.limit !== lastLimit || status === 429;
      if (rate.limit !== null && rate.limit > 0 && isNews) {
        lastLimit = rate.limit;
        await setSpacing(db, name, spacing(rate.limit, rate.windowMs ?? 1_000));
      }
      if (status === 429 && rate.retryAfterMs !== null) await pushBack(db, name, rate.retryAfterMs);
    },
  };
}

/** Waits for `ms` milliseconds, or until `signal` aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal && { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
}
