/** The schedule's time; leases and the limiter run on the database's clock instead. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export const fixedClock = (instant: Date): Clock => ({ now: () => new Date(instant) });

/** Runs on from `start` at the pace of real time. */
export function clockFrom(start: Date): Clock {
  const shiftMs = start.getTime() - Date.now();
  return { now: () => new Date(Date.now() + shiftMs) };
}
