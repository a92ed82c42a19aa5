import { expect, it } from 'vitest';
import { brokenPromises, runChaos } from '../chaos/run-chaos.ts';

it.each([
  ['PostgreSQL', false],
  ['the embedded PostgreSQL', true],
])(
  'loses nobody and mails nobody twice while workers are killed, %s crashes and the provider fails',
  {
    timeout: 240_000,
  },
  async (_, embedded) => {
    const figures = await runChaos({
      recipients: 2_000,
      workers: 3,
      faults: 0.3,
      mode: 'template',
      killEveryMs: 1_500,
      maxKills: 8,
      limit: 8,
      restart: true,
      embedded,
      seed: Date.now() % 1_000_000,
      timeoutMs: 180_000,
    });
    expect(brokenPromises(figures), JSON.stringify(figures)).toEqual([]);
    expect(figures.kills).toBeGreaterThan(3);
    expect(figures.faults).toBeGreaterThan(0);
    expect(figures.restarts).toBe(3);
  },
);
