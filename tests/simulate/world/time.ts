import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const weekMs = 7 * dayMs;

/** The true time, and that of the machine, which runs the program and the database and whose clock may be wrong. */
export class Time {
  #now: number;
  #offsetMs = 0;
  #onChange: (machine: Date) => Promise<void> = async () => {};

  constructor(start: number) {
    this.#now = start;
  }

  /** True time, in milliseconds: that of the provider and of people. */
  get now(): number {
    return this.#now;
  }

  /** What the machine's clock says, in milliseconds. */
  get machine(): number {
    return this.#now + this.#offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Called, and awaited, whenever the machine's clock changes. */
  set onChange(onChange: (machine: Date) => Promise<void>) {
    this.#onChange = onChange;
  }

  /** True time never goes back. */
  async moveTo(instant: number): Promise<void> {
    this.#now = Math.max(this.#now, Math.round(instant));
    await this.#onChange(new Date(this.machine));
  }

  pass(ms: number): Promise<void> {
    return this.moveTo(this.#now + ms);
  }

  async setClock(offsetMs: number): Promise<void> {
    this.#offsetMs = offsetMs;
    await this.#onChange(new Date(this.machine));
  }
}

/**
 * Puts the virtual clock in place of this process's: `Date.now`, `performance.now`, and waiting with
 * `node:timers/promises`, which takes no real time. Intervals never come round: a process that waits long for an answer
 * loses its claims, as one that hangs. The global `setTimeout` stays real, since the database client uses it. Returns how
 * to undo it.
 */
export function replaceClock(time: Time, onWait: (ms: number) => void): () => void {
  const original = { now: Date.now, setTimeout: timers.setTimeout, setInterval: globalThis.setInterval };
  Date.now = () => time.machine;
  performance.now = () => time.now;
  globalThis.setInterval = (() => original.setInterval(() => {}, dayMs).unref()) as typeof setInterval;
  timers.setTimeout = (async (ms: number, value: unknown) => {
    await time.pass(Math.max(1, ms));
    onWait(ms);
    return value;
  }) as typeof timers.setTimeout;
  syncBuiltinESMExports();
  return () => {
    Date.now = original.now;
    Reflect.deleteProperty(performance, 'now');
    globalThis.setInterval = original.setInterval;
    timers.setTimeout = original.setTimeout;
    syncBuiltinESMExports();
  };
}
