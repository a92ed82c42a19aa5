import { expect, onTestFinished, test, vi } from 'vitest';
import { clockFrom, fixedClock, systemClock } from '../../../src/domain/clock.ts';

/** Lets the system's clock show this time. */
function setSystemTime(time: string): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) });
  onTestFinished(() => void vi.useRealTimers());
}

test('the system’s clock shows the time', () => {
  setSystemTime('2026-11-24T09:00:00Z');
  expect(systemClock.now()).toEqual(new Date('2026-11-24T09:00:00Z'));
});

test('a clock that starts at an instant goes on as fast as the system’s', () => {
  setSystemTime('2026-11-24T09:00:00Z');
  const clock = clockFrom(new Date('2020-01-01T00:00:00Z'));
  expect(clock.now()).toEqual(new Date('2020-01-01T00:00:00Z'));
  vi.setSystemTime('2026-11-24T09:01:30Z');
  expect(clock.now()).toEqual(new Date('2020-01-01T00:01:30Z'));
});

test('a fixed clock stands still, even when its answer is changed', () => {
  const clock = fixedClock(new Date('2026-11-24T09:00:00Z'));
  clock.now().setFullYear(1999);
  expect(clock.now()).toEqual(new Date('2026-11-24T09:00:00Z'));
});
