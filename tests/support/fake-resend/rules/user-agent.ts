import { ApiRefusal } from '../api-refusal.ts';
import type { ApiRequest } from '../types.ts';

/** Requests without a User-Agent are rejected before they reach the API (resend.com/docs/api-reference/introduction). */
export function needUserAgent({ headers }: ApiRequest): void {
  if (!headers['user-agent']) throw new ApiRefusal(403, 'forbidden', 'error code: 1010');
}
