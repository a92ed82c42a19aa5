import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Installation } from '../support/installation.ts';
import {
  expectEveryoneOnce,
  installBefore,
  isSent,
  slot,
  startAt,
  stop,
  untilLogged,
  untilSent,
} from '../support/served-slot.ts';

const readers = 1_000;
const hour = 3_600_000;

let installation: Installation;

beforeAll(async () => {
  installation = await installBefore(readers);
});
afterAll(() => installation.close());

it('SIGTERM during a send ends the process within 15 s, and the next start loses and repeats nothing', async () => {
  // Down at the slot and up three hours later: the first tick catches up.
  const first = startAt(installation, slot + 3 * hour);
  await untilLogged(first, '"batch-answered"');
  const from = performance.now();
  expect(await stop(first)).toBe(0);
  expect(performance.now() - from).toBeLessThan(15_000);
  expect(await isSent(installation)).toBe(false);
  const second = startAt(installation, slot + 4 * hour);
  await untilSent(installation);
  expect(await stop(second)).toBe(0);
  await expectEveryoneOnce(installation, readers);
});
