import type { ApiAnswer } from './types.ts';

/** An error as the API answers it: `{ statusCode, name, message }` (resend.com/docs/api-reference/errors). */
export class ApiError extends Error {
  readonly answer: ApiAnswer;

  constructor(statusCode: number, name: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.answer = { status: statusCode, json: { statusCode, name, message }, headers };
  }
}

export const invalid = (message: string) => new ApiError(422, 'validation_error', message);

export const notFound = (message: string) => new ApiError(404, 'not_found', message);
