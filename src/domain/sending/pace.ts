/** Bulk waits for its turn; what a person waits for goes ahead of it. */
export type Rank = 'bulk' | 'urgent';

/** When the next request may leave, over all processes. */
export interface Pace {
  /** Waits for a turn; returns early, without one, when `signal` aborts. */
  turn(signal?: AbortSignal, rank?: Rank): Promise<void>;
  /**
   * Waits for the next turn of bulk and takes those that follow within a moment with it: 1 at the pace of a small
   * account, up to `atMost` where hundreds a second are allowed. 0 when `signal` aborts.
   */
  turns(atMost: number, signal?: AbortSignal): Promise<number>;
}

/** For a mailer without a limit. */
export const unlimited: Pace = { turn: async () => {}, turns: async (atMost) => atMost };
