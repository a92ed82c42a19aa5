import { expect, test } from 'vitest';
import { simulated } from '../simulate/simulated.ts';

test('the same seed plays the same weeks, on two databases at once', async () => {
  const [[one], [other]] = await Promise.all([
    simulated('simulation_one', 20, 7),
    simulated('simulation_other', 20, 7),
  ]);
  expect(one?.hash).toMatch(/^[0-9a-f]{16}$/);
  expect(other?.hash).toBe(one?.hash);
});
