import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Installation } from '../support/installation.ts';
import {
  expectEveryoneOnce,
  installBefore,
  slot,
  startAt,
  stop,
  untilLogged,
  untilSent,
} from '../support/served-slot.ts';

const readers = 250;

let installation: Installation;

beforeAll(async () => {
  installation = await installBefore(readers);
});
afterAll(() => installation.close());

it('two processes on one database over a slot send one issue once, answer health checks meanwhile, and stop cleanly', async () => {
  // node-cron ticks at full minutes of real time, so the slot is a few seconds before one, after the start.
  const untilMinute = 60_000 - (Date.now() % 60_000);
  const untilTick = untilMinute < 20_000 ? untilMinute + 60_000 : untilMinute;
  const two = [0, 1].map(() => startAt(installation, slot - untilTick + 8_000));
  await Promise.all(two.map((one) => untilLogged(one, '"started"')));
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(two[0]?.log() ?? '')?.[0] ?? '';
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true, problems: [], alarms: [] });
  await untilSent(installation);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('verdicts_recipients_total');
  expect(await Promise.all(two.map(stop))).toEqual([0, 0]);
  await expectEveryoneOnce(installation, readers);
  const log = two.map((one) => one.log()).join('');
  expect(log).not.toContain('readers.example');
});
