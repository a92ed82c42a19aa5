import type { Account } from './account.ts';
import type { Fault, Faults } from './faults.ts';
import type { Accepted, ApiRequest } from './types.ts';

/** A request that came whole, and what it was answered (null: nothing, or not to the end). */
export interface Seen extends Omit<ApiRequest, 'body' | 'query'> {
  readonly at: number;
  readonly fault: Fault | null;
  answered: number | null;
}

export interface FakeResend {
  readonly url: string;
  readonly apiKey: string;
  readonly faults: Faults;
  /** In the order of acceptance. */
  readonly accepted: readonly Accepted[];
  readonly requests: readonly Seen[];
  readonly account: Account;
  /** Moves the server's clock. */
  advance(ms: number): void;
  /** Ends every connection, hanging ones too. */
  close(): Promise<void>;
}
