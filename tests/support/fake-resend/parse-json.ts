import { ApiRefusal } from './api-refusal.ts';
import type { ApiRequest } from './types.ts';

export function parseJson({ body }: ApiRequest): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiRefusal(400, 'validation_error', 'The request body is not valid JSON.');
  }
}
