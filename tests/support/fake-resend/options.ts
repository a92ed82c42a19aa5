export interface ApiKey {
  readonly permission: 'full_access' | 'sending_access';
  readonly state?: 'active' | 'inactive' | 'suspended';
}

export interface Domain {
  readonly name: string;
  readonly status: 'verified' | 'pending' | 'failed';
}

export interface FakeResendOptions {
  /** Milliseconds; idempotency, limits, quotas and timestamps follow it. */
  readonly now?: () => number;
  readonly keys?: Readonly<Record<string, ApiKey>>;
  /** Domains that may send; without the list every sender may. */
  readonly domains?: readonly Domain[];
  readonly rateLimit?: { readonly limit: number; readonly windowMs: number } | null;
  /** Recipients a UTC day and month; without a number, as on a paid plan, no limit and no header. */
  readonly quota?: { readonly daily?: number; readonly monthly?: number };
  /** `brief` keeps recipient, key and request hash only: enough to count, cheap for 300,000. */
  readonly keep?: 'all' | 'brief';
  /** The documentation does not say whether a missing template is an item's error or the request's. */
  readonly missingTemplate?: 'item' | 'request';
  /** Nor whether a refusal binds its key; true answers 4xx again from memory. */
  readonly rememberRefusals?: boolean;
  readonly maxBodyBytes?: number;
  /** How long each request is worked on; its key is in use meanwhile. */
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
    rememberRefusals: false,
    maxBodyBytes: 40 * 1024 * 1024,
    latencyMs: 0,
    ...options,
    domains: options.domains ?? null,
  };
}
