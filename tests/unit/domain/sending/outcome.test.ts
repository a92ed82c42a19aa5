import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../../../src/domain/sending/outcome.ts';

const batches = Array.from({ length: 1_000 }, (_, index) => index + 1);
const delays = (attempts: number) => batches.map((no) => retryDelayMs(attempts, no));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the delay before the next attempt', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [9, 256_000],
    [10, 300_000],
    [1_000, 300_000],
  ])('after %i attempts is %i ms on average, and differs by a quarter at most', (attempts, expected) => {
    const all = delays(attempts);
    expect(Math.abs(mean(all) / expected - 1)).toBeLessThan(0.01);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(expected * 0.75);
    expect(Math.max(...all)).toBeLessThanOrEqual(expected * 1.25);
  });

  it('differs from batch to batch, so that they do not all come back at once', () => {
    expect(new Set(delays(1).slice(0, 20)).size).toBeGreaterThan(10);
  });
});
