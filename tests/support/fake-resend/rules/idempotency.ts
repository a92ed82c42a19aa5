import { ApiError } from '../api-error.ts';
import type { Settings } from '../options.ts';
import type { ApiAnswer, ApiRequest } from '../types.ts';

const storedMs = 24 * 3_600_000;

interface Known {
  readonly sha256: string;
  readonly at: number;
  readonly answer: ApiAnswer | null;
}

/**
 * For 24 hours a key belongs to one method, path and body. The same request gets the stored answer; another body, or a
 * second request while the first is in progress, gets an error (resend.com/docs/dashboard/emails/idempotency-keys).
 * An error frees the key.
 */
export class IdempotencyKeys {
  readonly #known = new Map<string, Known>();
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async once(request: ApiRequest, act: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return act();
    if (typeof key !== 'string' || key.length < 1 || key.length > 256) {
      throw new ApiError(
        400,
        'invalid_idempotency_key',
        'The idempotency key must be between 1-256 characters.',
      );
    }
    const scope = `${request.method} ${request.path} ${key}`;
    const known = this.#known.get(scope);
    if (known !== undefined && this.#settings.now() - known.at < storedMs) return replay(known, request);

    const started = { sha256: request.sha256, at: this.#settings.now() };
    this.#known.set(scope, { ...started, answer: null });
    try {
      const answer = await act();
      this.#known.set(scope, { ...started, answer });
      return answer;
    } catch (error) {
      this.#known.delete(scope);
      throw error;
    }
  }
}

function replay(known: Known, request: ApiRequest): ApiAnswer {
  if (known.sha256 !== request.sha256) {
    throw new ApiError(
      409,
      'invalid_idempotent_request',
      'This idempotency key has already been used with this HTTP method and endpoint within the last 24 hours, but the request body was different.',
    );
  }
  if (known.answer === null) {
    throw new ApiError(
      409,
      'concurrent_idempotent_requests',
      'Another request with the same idempotency key is currently in progress. Please try again later.',
    );
  }
  return known.answer;
}
