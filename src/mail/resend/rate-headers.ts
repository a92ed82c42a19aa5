/** What an answer says about the pace; null where it says nothing. */
export interface RateHeaders {
  /** Requests that one window allows. */
  readonly limit: number | null;
  /** Requests left in this window. */
  readonly remaining: number | null;
  readonly windowMs: number | null;
  /** Until this window ends. */
  readonly resetMs: number | null;
  /** Not before then; comes with 429, sometimes with 503. */
  readonly retryAfterMs: number | null;
}

/** The `ratelimit-*` headers of draft-ietf-httpapi-ratelimit-headers-06 as Resend sends them, and `retry-after`. */
export function rateHeaders(headers: Readonly<Record<string, string>> | null): RateHeaders {
  const seconds = (name: string) => inMs(number(headers?.[name]));
  return {
    limit: number(headers?.['ratelimit-limit']),
    remaining: number(headers?.['ratelimit-remaining']),
    windowMs: inMs(number(/;\s*w=(\d+)/.exec(headers?.['ratelimit-policy'] ?? '')?.[1])),
    resetMs: seconds('ratelimit-reset'),
    retryAfterMs: seconds('retry-after'),
  };
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

const inMs = (seconds: number | null) => (seconds === null ? null : Math.ceil(seconds * 1_000));
