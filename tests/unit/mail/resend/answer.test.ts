import { describe, expect, it } from 'vitest';
import { readRateHeaders } from '../../../../src/mail/resend/answer.ts';

describe('the rate limit', () => {
  it('is read from the headers', () => {
    const headers = {
      'ratelimit-limit': '10',
      'ratelimit-policy': '10;w=1',
      'ratelimit-remaining': '3',
      'ratelimit-reset': '1',
      'retry-after': '2',
    };
    expect(readRateHeaders(headers)).toEqual({
      limit: 10,
      remaining: 3,
      windowMs: 1_000,
      resetMs: 1_000,
      retryAfterMs: 2_000,
    });
  });

  it('never makes us wait for more than an hour', () => {
    for (const seconds of ['86400', '1e9', '9'.repeat(400)])
      expect(readRateHeaders({ 'retry-after': seconds }).retryAfterMs ?? 0).toBeLessThanOrEqual(3_600_000);
    expect(readRateHeaders({ 'retry-after': '86400' }).retryAfterMs).toBe(3_600_000);
  });

  it('is unknown when headers are missing or unreadable', () => {
    const unknown = { limit: null, remaining: null, windowMs: null, resetMs: null, retryAfterMs: null };
    expect(readRateHeaders(null)).toEqual(unknown);
    expect(
      readRateHeaders({ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT', 'ratelimit-limit': '-1' }),
    ).toEqual(unknown);
  });
});
