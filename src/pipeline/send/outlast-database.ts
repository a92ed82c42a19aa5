import { isDatabaseAway } from '../../db/away.ts';
import { sleep } from './shared-pace.ts';

/** Longer than a restart or a failover takes. */
const patienceMs = 10 * 60_000;
const againAfterMs = 1_000;

export interface OutlastOptions {
  readonly signal?: AbortSignal;
  /** Called when the database is found to be away, with the time in milliseconds for which it is waited for. */
  readonly onAway?: (forAtMostMs: number) => void;
}

/**
 * Does work that goes on where it was, and does it again while it fails because the database is away: restarted, failed
 * over, or an embedded one that was killed. Rejects with its error when ten minutes of that did not help, or on `signal`.
 */
export async function outlastDatabase<T>(
  work: () => Promise<T>,
  { signal, onAway }: OutlastOptions = {},
): Promise<T> {
  let awaySince: number | null = null;
  for (;;) {
    const startedAt = performance.now();
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) || signal?.aborted === true) throw error;
      const now = performance.now();
      // Whatever worked for a while was not kept from it by the same outage.
      const isNew = awaySince === null || now - startedAt > patienceMs / 10;
      if (isNew) {
        awaySince = now;
        onAway?.(patienceMs);
      } else if (awaySince !== null && now - awaySince > patienceMs) throw error;
      await sleep(againAfterMs, signal);
    }
  }
}
