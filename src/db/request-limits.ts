import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limit, Limits, Taken } from '../domain/audience/limits.ts';

const hour = 3_600;

/** Limits stored in `request_limits`, which our own migration creates. Windows run on this machine's clock. */
export function requestLimits(pool: pg.Pool, options: { readonly mailsPerHour: number }): Limits {
  const limit = (name: string, points: number, seconds: number): Limit => {
    const limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'request_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points,
      duration: seconds,
    });
    return {
      take: (key, count = 1) => limiter.consume(key, count).then(allowed, refusedOrFailed),
      giveBack: async (key, count = 1) => {
        await limiter.reward(key, count);
      },
    };
  };
  return {
    network: limit('network', 30, hour),
    address: limit('address', 5, 24 * hour),
    domain: limit('domain', 30, hour),
    mails: limit('mails', options.mailsPerHour, hour),
    dataLinks: limit('data-links', 3, hour),
  };
}

const allowed = ({ consumedPoints }: RateLimiterRes): Taken => ({
  ok: true,
  taken: consumedPoints,
  retryAfterMs: 0,
});

/** The library rejects both when the limit is reached and when something fails. */
function refusedOrFailed(reason: unknown): Taken {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  return { ok: false, taken: reason.consumedPoints, retryAfterMs: reason.msBeforeNext };
}
