import { expect, it } from 'vitest';
import { faultsOf, runChaos } from './run-chaos.ts';

it('loses nobody and mails nobody twice while workers are killed, PostgreSQL crashes and the provider fails', {
  timeout: 240_000,
}, async () => {
  const figures = await runChaos({
    recipients: 3_000,
    workers: 3,
    faults: 0.1,
    mode: 'template',
    killEveryMs: 700,
    limit: 5,
    restart: true,
    seed: Date.now() % 1_000_000,
    timeoutMs: 180_000,
  });
  expect(faultsOf(figures), JSON.stringify(figures)).toEqual([]);
  expect(figures.kills).toBeGreaterThan(3);
  expect(figures.restarts).toBe(1);
});
