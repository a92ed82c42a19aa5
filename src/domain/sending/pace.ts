/** Urgent: a person is waiting for it, so it goes ahead of bulk. */
export type Rank = 'bulk' | 'urgent';

/** The rate limit that all processes share: when the next request may be sent. */
export interface Pace {
  /** Waits for a turn. Returns early, without one, if `signal` aborts. */
  turn(signal?: AbortSignal, rank?: Rank): Promise<void>;
  /**
   * Waits for the next bulk turn and also takes those that follow within a moment: 1 at the rate of a small account, up
   * to `atMost` where hundreds per second are allowed. Returns 0 if `signal` aborts.
   */
  turns(atMost: number, signal?: AbortSignal): Promise<number>;
}

/** For a mailer without a rate limit. */
export const unlimited: Pace = { turn: async () => {}, turns: async (atMost) => atMost };
