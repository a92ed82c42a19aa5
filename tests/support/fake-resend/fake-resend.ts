import type { Account } from './account.ts';
import type { Fault, Faults } from './faults.ts';
import type { Accepted, ApiRequest } from './types.ts';

/** A request that arrived complete. */
export interface SeenRequest extends Omit<ApiRequest, 'body' | 'query'> {
  readonly at: number;
  readonly fault: Fault | null;
  /** Status of the answer; null when there was none, or only a part. */
  answered: number | null;
}

export interface FakeResend {
  readonly url: string;
  readonly apiKey: string;
  readonly faults: Faults;
  /** In the order of acceptance. */
  readonly accepted: readonly Accepted[];
  readonly requests: readonly SeenRequest[];
  readonly account: Account;
  /** Moves the server's clock. */
  advance(ms: number): void;
  /** Also ends connections that hang. */
  close(): Promise<void>;
}
