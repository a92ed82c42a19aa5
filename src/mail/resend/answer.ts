import type { Response } from 'resend';
import type { Patience } from './patience.ts';

/** Resend's answer to a request, reduced to what decisions need. */
export interface Answer {
  /** HTTP status, 200 for any success; null when there was no answer or it could not be read. */
  readonly status: number | null;
  /** Resend's name for the error, '' on success. */
  readonly name: string;
  /** Resend's error message; may hold addresses. */
  readonly message: string;
  /** The parsed body of a success, not validated yet. */
  readonly data: unknown;
  /** When Resend answered, by its own clock. */
  readonly at: Date | null;
  readonly rate: RateHeaders;
  readonly timedOut: boolean;
}

/** What the headers of an answer say about the rate limit; null where they say nothing. */
export interface RateHeaders {
  /** Requests allowed per window. */
  readonly limit: number | null;
  /** Requests left in this window. */
  readonly remaining: number | null;
  readonly windowMs: number | null;
  /** Until this window ends; capped at an hour, like `retryAfterMs`. */
  readonly resetMs: number | null;
  /** Wait at least this long; comes with 429 and sometimes with 503. */
  readonly retryAfterMs: number | null;
}

/** Makes a request, as long as the mailer's patience lasts, and reads the answer. */
export type Ask = (
  request: (signal: AbortSignal, patience: Patience) => PromiseLike<Response<unknown>>,
) => Promise<Answer>;

/**
 * Reads the SDK's result. The SDK never throws for an API or network failure. It reports `statusCode: null` for a
 * broken connection, a timeout, and a success that is not JSON. It passes the body of an error through unchecked, so
 * that JSON from another server may have no status at all: that counts as no answer.
 */
export function readAnswer(result: Response<unknown>, signal: AbortSignal): Answer {
  const { data, error, headers } = result;
  // Both null: the body was `null`, and the SDK does not say whether it came with an error or a success.
  const status = error === null ? (data === null ? null : 200) : error.statusCode;
  const date = new Date(headers?.date ?? Number.NaN);
  return {
    status: typeof status === 'number' ? status : null,
    name: String(error?.name ?? ''),
    message: String(error?.message ?? ''),
    data,
    at: Number.isNaN(date.getTime()) ? null : date,
    rate: readRateHeaders(headers),
    timedOut: signal.aborted,
  };
}

/** The most that an answer can make us wait: longer would stop all mail and outlast the idempotency key. */
const maxWaitMs = 3_600_000;

/** The `ratelimit-*` headers of draft-ietf-httpapi-ratelimit-headers-06 as Resend sends them, and `retry-after`. */
export function readRateHeaders(headers: Readonly<Record<string, string>> | null): RateHeaders {
  const wait = (name: string) => atMostMaxWait(inMs(number(headers?.[name])));
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

const atMostMaxWait = (ms: number | null) => (ms === null ? null : Math.min(ms, maxWaitMs));
