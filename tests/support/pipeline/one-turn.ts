import { type Pace, unlimited } from '../../../src/domain/sending/pace.ts';

/** A pace with a turn for one request; whoever wants another is stopped. */
export function oneTurn(stop: AbortController): Pace {
  let isTaken = false;
  return {
    ...unlimited,
    async reserve() {
      if (isTaken) stop.abort();
      const count = isTaken ? 0 : 1;
      isTaken = true;
      return { count, waitMs: 0, everyMs: 0 };
    },
  };
}
