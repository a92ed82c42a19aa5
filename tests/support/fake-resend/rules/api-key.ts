import { ApiRefusal } from '../api-refusal.ts';
import type { Settings } from '../options.ts';
import type { ApiRequest } from '../types.ts';

/** A known, active key; one for sending only posts emails and nothing else. */
export function needApiKey({ keys }: Settings, { headers, method, path }: ApiRequest): void {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new ApiRefusal(401, 'missing_api_key', 'Missing API key in the authorization header');
  }
  const key = keys[token];
  if (key === undefined) throw new ApiRefusal(401, 'validation_error', 'API key is invalid');
  if (key.state === 'inactive') throw new ApiRefusal(403, 'restricted_api_key', 'The API key is not active');
  if (key.state === 'suspended') throw new ApiRefusal(403, 'suspended_api_key', 'The API key is suspended');
  const sends = method === 'POST' && (path === '/emails' || path === '/emails/batch');
  if (key.permission === 'sending_access' && !sends) {
    throw new ApiRefusal(401, 'restricted_api_key', 'This API key is restricted to only send emails');
  }
}
