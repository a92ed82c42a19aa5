import { ApiError } from '../api-error.ts';
import type { Settings } from '../options.ts';

/** Limits the requests of the whole team in a window, which begins with its first request. */
export class RateLimit {
  #start = Number.NEGATIVE_INFINITY;
  #used = 0;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Counts a request and returns the headers of its answer. */
  take(): Record<string, string> {
    const rule = this.#settings.rateLimit;
    if (rule === null) return {};
    const now = this.#settings.now();
    if (now >= this.#start + rule.windowMs) {
      this.#start = now;
      this.#used = 0;
    }
    this.#used += 1;
    const reset = String(Math.max(1, Math.ceil((this.#start + rule.windowMs - now) / 1_000)));
    const headers = {
      'ratelimit-limit': String(rule.limit),
      'ratelimit-policy': `${rule.limit};w=${Math.ceil(rule.windowMs / 1_000)}`,
      'ratelimit-remaining': String(Math.max(0, rule.limit - this.#used)),
      'ratelimit-reset': reset,
    };
    if (this.#used > rule.limit) {
      const message = `Too many requests. You can only make ${rule.limit} requests per second.`;
      throw new ApiError(429, 'rate_limit_exceeded', message, { ...headers, 'retry-after': reset });
    }
    return headers;
  }
}
