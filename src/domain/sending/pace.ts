/** Urgent: a person is waiting for it, so it goes ahead of bulk. */
export type Rank = 'bulk' | 'urgent';

/** Turns that one caller has reserved: requests may leave at these moments, and not before. */
export interface Turns {
  readonly count: number;
  /** Milliseconds until the first of them. */
  readonly waitMs: number;
  /** Milliseconds from each to the next. */
  readonly everyMs: number;
}

/** The rate limit that all processes share: when the next request may be sent. */
export interface Pace {
  /** Waits for a turn. Returns early, without one, if `signal` aborts. */
  turn(signal?: AbortSignal, rank?: Rank): Promise<void>;
  /**
   * Reserves the next bulk turn and those that follow within a tenth of a second, up to `atMost`, and returns before
   * they begin. Waits only while the next one is too far ahead to be reserved. No turns if `signal` aborts.
   */
  reserve(atMost: number, signal?: AbortSignal): Promise<Turns>;
}

/** For a mailer without a rate limit. */
export const unlimited: Pace = {
  turn: async () => {},
  reserve: async (atMost) => ({ count: atMost, waitMs: 0, everyMs: 0 }),
};
