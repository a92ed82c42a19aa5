import { ApiError } from '../api-error.ts';
import type { Settings } from '../options.ts';
import type { ApiRequest } from '../types.ts';

/** Requests without a User-Agent are rejected before they reach the API (resend.com/docs/api-reference/introduction). */
export function checkUserAgent({ headers }: ApiRequest): void {
  if (!headers['user-agent']) throw new ApiError(403, 'forbidden', 'error code: 1010');
}

/** The key must be known and active; one with sending access may post emails only. */
export function checkApiKey({ keys }: Settings, { headers, method, path }: ApiRequest): void {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new ApiError(401, 'missing_api_key', 'Missing API key in the authorization header');
  }
  const key = keys[token];
  if (key === undefined) throw new ApiError(401, 'validation_error', 'API key is invalid');
  if (key.state === 'inactive') throw new ApiError(403, 'restricted_api_key', 'The API key is not active');
  if (key.state === 'suspended') throw new ApiError(403, 'suspended_api_key', 'The API key is suspended');
  const sends = method === 'POST' && (path === '/emails' || path === '/emails/batch');
  if (key.permission === 'sending_access' && !sends) {
    throw new ApiError(401, 'restricted_api_key', 'This API key is restricted to only send emails');
  }
}
