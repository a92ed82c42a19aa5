/** What an answer says about the pace; null where it says nothing. */
export interface RateHeaders {
  /** Requests that one window allows. */
  readonly limit: number | null;
  /** Requests left in this window. */
  readonly remaining: number | null;
  readonly windowMs: number | null;
  /** Until this window ends; an hour at most, here and below. */
  readonly resetMs: number | null;
  /** Not before then; comes with 429, sometimes with 503. */
  readonly retryAfterMs: number | null;
}

/** No answer keeps us from asking for longer: an absurd one would stop all mail, and an idempotency key ends. */
const maxWaitMs = 3_600_000;

/** The `ratelimit-*` headers of draft-ietf-httpapi-ratelimit-headers-06 as Resend sends them, and `retry-after`. */
export function rateHeaders(headers: Readonly<Record<string, string>> | null): RateHeaders {
  const wait = (name: string) => atMostAnHour(inMs(number(headers?.[name])));
  return {
    limit: number(headers?.['ratelimit-limit']),
    remaining: number(headers?.['ratelimit-remaining']),
    windowMs: inMs(number(/;\s*w=(\d+)/.exec(headers?.['ratelimit-policy'] ?? '')?.[1])),
    resetMs: wait('ratelimit-reset'),
    retryAfterMs: wait('retry-after'),
  };
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

const inMs = (seconds: number | null) => (seconds === null ? null : Math.ceil(seconds * 1_000));

const atMostAnHour = (ms: number | null) => (ms === null ? null : Math.min(ms, maxWaitMs));
