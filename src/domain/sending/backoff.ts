const firstMs = 1_000;
const maxMs = 5 * 60_000;

/**
 * How long to wait before the next attempt: doubles from 1 s to 5 minutes, spread by ±25 % over the batches,
 * so that they do not come back all at once. `attempts` counts from 1.
 */
export function retryDelayMs(attempts: number, batchNo: number): number {
  const doubled = Math.min(maxMs, firstMs * 2 ** Math.min(attempts - 1, 20));
  const spread = ((batchNo * 2_654_435_761) % 1_000) / 1_000;
  return Math.round(doubled * (0.75 + 0.5 * spread));
}
