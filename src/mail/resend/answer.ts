import type { Response } from 'resend';
import { type RateHeaders, rateHeaders } from './rate-headers.ts';

/** What came back for a request, reduced to what decides. */
export interface Answer {
  /** HTTP status (200 for any success); null when nobody answered, or not readably. */
  readonly status: number | null;
  /** The provider's name for the error, '' on success. */
  readonly name: string;
  /** The provider's words; may hold addresses. */
  readonly message: string;
  /** The parsed body of a success, of unknown shape. */
  readonly data: unknown;
  /** When the provider answered, on its own clock. */
  readonly at: Date | null;
  readonly rate: RateHeaders;
  readonly timedOut: boolean;
}

/**
 * Reads the SDK's result. It never throws for API or network trouble, and says `statusCode: null` for a broken
 * connection, a timeout and a success that cannot be parsed. The body of an error comes as it is, so another
 * server's JSON may have no status at all: that counts as no answer.
 */
export function readAnswer(result: Response<unknown>, signal: AbortSignal): Answer {
  const { data, error, headers } = result;
  // Neither: the body of an error or of a success was `null`, and the SDK does not say which.
  const status = error === null ? (data === null ? null : 200) : error.statusCode;
  const date = new Date(headers?.date ?? Number.NaN);
  return {
    status: typeof status === 'number' ? status : null,
    name: String(error?.name ?? ''),
    message: String(error?.message ?? ''),
    data,
    at: Number.isNaN(date.getTime()) ? null : date,
    rate: rateHeaders(headers),
    timedOut: signal.aborted,
  };
}
