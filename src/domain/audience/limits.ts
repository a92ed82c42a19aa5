/** Limits shared by all processes; keys are keyed hashes or domains, never an address. */
export interface Limits {
  /** Sign-ups that one network may try. */
  readonly network: Limit;
  /** Confirmation mails to one address. */
  readonly address: Limit;
  /** Confirmation mails to one domain, but for those that many share. */
  readonly domain: Limit;
  /** Confirmation mails altogether. */
  readonly mails: Limit;
  /** Links to one's own data that one reader may ask for. */
  readonly dataLinks: Limit;
}

export interface Limit {
  /** Counts `points` (default 1) against the key, also when that is too many. */
  take(key: string, points?: number): Promise<Taken>;
  /** Gives points back that led to nothing. */
  giveBack(key: string, points?: number): Promise<void>;
}

export interface Taken {
  readonly ok: boolean;
  /** Taken within the current window, this time included. */
  readonly taken: number;
  readonly retryAfterMs: number;
}
