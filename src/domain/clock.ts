/** The schedule's clock. Leases and the rate limiter use the database's clock instead. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export const fixedClock = (instant: Date): Clock => ({ now: () => new Date(instant) });

/** Starts at `start` and advances in real time. */
export function clockFrom(start: Date): Clock {
  const shiftMs = start.getTime() - Date.now();
  return { now: () => new Date(Date.now() + shiftMs) };
}
