import { describe, expect, it } from 'vitest';
import { readAnswer, readRateHeaders } from '../../../../src/mail/resend/answer.ts';

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

  it.each([
    ['10; w=60', 60_000],
    ['10;w=3600;burst=20', 3_600_000],
    ['10', null],
  ])('has a window that the policy %j names: %j', (policy, windowMs) => {
    expect(readRateHeaders({ 'ratelimit-policy': policy }).windowMs).toBe(windowMs);
  });

  it.each([
    [' 3 ', 3_000],
    ['1.5', 1_500],
    ['0.0625', 63],
    ['3 seconds', null],
    ['in 3', null],
    ['3.', null],
  ])('reads %j seconds as %j', (seconds, ms) => {
    expect(readRateHeaders({ 'retry-after': seconds }).retryAfterMs).toBe(ms);
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

describe('an answer', () => {
  const { signal } = new AbortController();
  const rate = readRateHeaders(null);

  it('of a success has the data and no name or message', () => {
    const headers = { date: 'Tue, 24 Nov 2026 09:00:00 GMT' };
    expect(readAnswer({ data: { id: 'a' }, error: null, headers }, signal)).toEqual({
      status: 200,
      name: '',
      message: '',
      data: { id: 'a' },
      at: new Date('2026-11-24T09:00:00Z'),
      rate,
      timedOut: false,
    });
  });

  it('of a failure has its status, name and message', () => {
    const error = { name: 'validation_error', statusCode: 422, message: 'No.' } as const;
    expect(readAnswer({ data: null, error, headers: { date: 'soon' } }, AbortSignal.abort())).toEqual({
      status: 422,
      name: 'validation_error',
      message: 'No.',
      data: null,
      at: null,
      rate,
      timedOut: true,
    });
  });

  it('without a status, whatever else it holds, counts as none', () => {
    const error = { message: 7 } as never;
    expect(readAnswer({ data: null, error, headers: null }, signal)).toMatchObject({
      status: null,
      name: '',
      message: '7',
    });
    const silent = { data: null, error: null, headers: null } as never;
    expect(readAnswer(silent, signal).status).toBeNull();
  });
});
