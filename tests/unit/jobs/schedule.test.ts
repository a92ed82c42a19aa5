import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSchedule } from '../../../jobs/schedule.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';

const minuteMs = 60_000;
const timeZone = process.env.TZ;
let stop: () => Promise<void> = async () => {};

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterEach(async () => {
  await stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
  if (timeZone === undefined) delete process.env.TZ;
  else process.env.TZ = timeZone;
});

/** Starts the schedule on a machine in this zone at this time; gives back when it ran, in milliseconds of its clock. */
function startIn(zone: string, from: string): readonly number[] {
  process.env.TZ = zone;
  vi.useFakeTimers({
    now: new Date(from),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  // node-cron looks at the clock each millisecond of an hour that is repeated. Twice a second makes no difference here.
  const setFakeTimeout = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((callback: () => void, delay = 0) =>
    setFakeTimeout(callback, Math.max(delay, 500))) as typeof setTimeout);
  const runs: number[] = [];
  // Without a database each step fails, and says so: that is a run.
  const ctx = {
    observe: (event) => {
      if (event.kind === 'failed' && event.what === 'tick') runs.push(performance.now());
    },
  } as Partial<PipelineContext> as PipelineContext;
  stop = startSchedule(ctx);
  return runs;
}

const longestGap = (runs: readonly number[]) =>
  Math.max(...runs.slice(1).map((run, index) => run - (runs[index] as number)));

it.each([
  ['back', 'Europe/Berlin', '2026-10-24T22:30:30Z'],
  ['forward', 'Europe/Berlin', '2026-03-28T22:30:30Z'],
  ['back', 'America/New_York', '2026-11-01T03:30:30Z'],
  ['back by half an hour', 'Australia/Lord_Howe', '2026-04-04T13:30:30Z'],
])('runs at most 90 seconds apart while the clocks go %s in %s', async (_, zone, from) => {
  const runs = startIn(zone, from);
  const hours = 5;
  await vi.advanceTimersByTimeAsync(hours * 60 * minuteMs);
  expect(runs.length).toBeGreaterThanOrEqual(hours * 40);
  expect(longestGap(runs)).toBeLessThanOrEqual(90_000);
});

it('runs at most 90 seconds apart when the clock of the machine is set back by a day', async () => {
  const runs = startIn('UTC', '2026-11-24T09:00:30Z');
  await vi.advanceTimersByTimeAsync(10 * minuteMs);
  vi.setSystemTime(new Date('2026-11-23T09:10:30Z'));
  await vi.advanceTimersByTimeAsync(60 * minuteMs);
  expect(longestGap(runs)).toBeLessThanOrEqual(90_000);
});

it('runs at once when it starts, and never again after it was stopped', async () => {
  const runs = startIn('UTC', '2026-11-24T09:00:30Z');
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toHaveLength(1);
  await stop();
  await vi.advanceTimersByTimeAsync(5 * minuteMs);
  expect(runs).toHaveLength(1);
});
