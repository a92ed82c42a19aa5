import { expect, test } from 'vitest';
import { simulated } from '../simulate/simulated.ts';

// On servers of their own: where PostgreSQL puts a new row, and so the order of rows, also depends on the transactions of other
// databases of a server, which keep it from reusing the space of old ones.
test('the same seed plays the same weeks, on two servers at once', async () => {
  const [[one], [other]] = await Promise.all([
    simulated('simulation_one', 20, 7, null),
    simulated('simulation_other', 20, 7, null),
  ]);
  expect(one?.hash).toMatch(/^[0-9a-f]{16}$/);
  expect(other?.hash).toBe(one?.hash);
});
