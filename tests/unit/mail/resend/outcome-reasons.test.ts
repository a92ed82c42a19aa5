import { expect, it } from 'vitest';
import { readRateHeaders } from '../../../../src/mail/resend/answer.ts';
import { outcomeOf } from '../../../../src/mail/resend/outcome-of.ts';

/** What is said about an answer with this status, name and message. */
function reasonOf(status: number | null, name = '', message = '', timedOut = false) {
  const rest = { data: null, at: null, rate: readRateHeaders(null) };
  const outcome = outcomeOf({ status, name, message, timedOut, ...rest }, 2);
  return [outcome.kind, 'reason' in outcome ? outcome.reason : null];
}

it.each([
  [500, 'application_error', 'Oops.', 'retry', 'Resend may have accepted it: 500 application_error, Oops.'],
  [
    409,
    'invalid_idempotent_request',
    'Other body.',
    'unknown',
    'Resend has already seen this key with another body: 409 invalid_idempotent_request, Other body.',
  ],
  [
    409,
    'concurrent_idempotent_requests',
    'Wait.',
    'retry',
    'Resend is still working on it: 409 concurrent_idempotent_requests, Wait.',
  ],
  [
    429,
    'daily_quota_exceeded',
    'Used up.',
    'pause-issue',
    'The daily quota at Resend is used up: 429 daily_quota_exceeded, Used up.',
  ],
  [
    429,
    'monthly_quota_exceeded',
    'Used up.',
    'hold-issue',
    'The monthly quota at Resend is used up: 429 monthly_quota_exceeded, Used up.',
  ],
  [
    429,
    'rate_limit_exceeded',
    'Slow down.',
    'retry',
    'Too many requests for Resend: 429 rate_limit_exceeded, Slow down.',
  ],
  [
    422,
    'validation_error',
    'It is wrong. Really.',
    'refused',
    'Resend refused it: 422 validation_error, It is wrong. Really.',
  ],
  [422, 'validation_error', '', 'refused', 'Resend refused it: 422 validation_error.'],
  [
    400,
    'invalid_idempotency_key',
    'Too long.',
    'hold-issue',
    'Resend refuses the idempotency key: 400 invalid_idempotency_key, Too long.',
  ],
  [
    404,
    'not_found',
    'Template not found.',
    'hold-issue',
    'Resend refuses RESEND_DELIVERY: 404 not_found, Template not found.',
  ],
  [
    404,
    'not_found',
    'Nothing here.',
    'hold-issue',
    'Resend refuses RESEND_BASE_URL: 404 not_found, Nothing here.',
  ],
  [300, 'moved', 'Elsewhere.', 'hold-issue', 'Resend refuses RESEND_BASE_URL: 300 moved, Elsewhere.'],
])('%i %s, %j is %s', (status, name, message, kind, reason) => {
  expect(reasonOf(status, name, message)).toEqual([kind, reason]);
});

it('a missing answer came too late, or the connection broke', () => {
  expect(reasonOf(null, '', '', true)).toEqual(['retry', 'Resend may have accepted it: no answer in time.']);
  expect(reasonOf(null)).toEqual([
    'retry',
    'Resend may have accepted it: the connection broke, or the answer could not be read.',
  ]);
});

it('a body that is too large is not the fault of a setting that the answer names', () => {
  expect(reasonOf(413, 'validation_error', 'The template is too large.')).toEqual([
    'refused',
    'Resend refused it: 413 validation_error, The template is too large.',
  ]);
});

it('what the SDK says about every answer that it cannot read is left out', () => {
  expect(reasonOf(413, 'application_error', 'Internal server error.')).toEqual([
    'refused',
    'Resend refused it: 413 application_error.',
  ]);
});
