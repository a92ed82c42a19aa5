import ipaddr from 'ipaddr.js';

/** Limits that all processes share. Keys are keyed hashes or domains, never an address. */
export interface Limits {
  /** Sign-up attempts from one network. */
  readonly network: Limit;
  /** Confirmation mails to one address. */
  readonly address: Limit;
  /** Confirmation mails to one domain, except those that many people use. */
  readonly domain: Limit;
  /** Confirmation mails in total. */
  readonly mails: Limit;
  /** Links to their own data that one reader may request. */
  readonly dataLinks: Limit;
}

export interface Limit {
  /** Counts `points` (default 1) against the key, even when the limit is exceeded. */
  take(key: string, points?: number): Promise<Taken>;
  /** Returns points that were taken for something that did not happen. */
  giveBack(key: string, points?: number): Promise<void>;
}

export interface Taken {
  readonly ok: boolean;
  /** Points taken in the current window, including these. */
  readonly taken: number;
  readonly retryAfterMs: number;
}

/**
 * The network of an IP address, as far as a single sender may control all of it: IPv4 /24, IPv6 /48. Everything that
 * is not an IP address counts as one network.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  return parsed.kind() === 'ipv4' ? `4:${bytes.slice(0, 3).join('.')}` : `6:${bytes.slice(0, 6).join('.')}`;
}
