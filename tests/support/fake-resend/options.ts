export interface ApiKey {
  readonly permission: 'full_access' | 'sending_access';
  readonly state?: 'active' | 'inactive' | 'suspended';
}

export interface Domain {
  readonly name: string;
  readonly status: 'verified' | 'pending' | 'failed';
  /** Whether it receives mail; otherwise it does not. */
  readonly receives?: boolean;
}

export interface FakeResendOptions {
  /** Milliseconds, for idempotency keys, limits, quotas and timestamps. */
  readonly now?: () => number;
  readonly keys?: Readonly<Record<string, ApiKey>>;
  /** Of the senders. Without a list, every domain may send. */
  readonly domains?: readonly Domain[];
  readonly rateLimit?: { readonly limit: number; readonly windowMs: number } | null;
  /** Recipients in a UTC day and month. Without a number there is no limit and no header, as on a paid plan. */
  readonly quota?: { readonly daily?: number; readonly monthly?: number };
  /** `brief` keeps recipient, key and request hash only, which is cheap for 300,000 emails. */
  readonly keep?: 'all' | 'brief';
  /** Whether a missing template fails one email or the request; the documentation does not say. */
  readonly missingTemplate?: 'item' | 'request';
  readonly maxBodyBytes?: number;
  /** How long the work on a request takes; its key is in progress meanwhile. */
  readonly latencyMs?: number;
}

export type Settings = Required<Omit<FakeResendOptions, 'domains'>> & {
  readonly domains: readonly Domain[] | null;
};

export const testKey = 're_test_full';

export function settingsOf(options: FakeResendOptions): Settings {
  return {
    now: Date.now,
    keys: { [testKey]: { permission: 'full_access' }, re_test_sending: { permission: 'sending_access' } },
    rateLimit: { limit: 1_000, windowMs: 1_000 },
    quota: {},
    keep: 'all',
    missingTemplate: 'item',
    maxBodyBytes: 40 * 1024 * 1024,
    latencyMs: 0,
    ...options,
    domains: options.domains ?? null,
  };
}
