/** Bulk waits for its turn; what a person waits for goes ahead of it. */
export type Rank = 'bulk' | 'urgent';

/** When the next request may leave, over all processes. */
export interface Pace {
  /** Waits for a turn; returns early, without one, when `signal` aborts. */
  turn(signal?: AbortSignal, rank?: Rank): Promise<void>;
}

/** For a mailer without a limit. */
export const unlimited: Pace = { turn: async () => {} };
