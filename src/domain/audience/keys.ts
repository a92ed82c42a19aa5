import { createHmac, timingSafeEqual } from 'node:crypto';

/** What `APP_SECRET` is used for. Without the secret, a keyed hash does not reveal what it was made from. */
export interface Keys {
  /** Of the network that a sign-up came from: stored as evidence, and a key for limits. */
  hashNetwork(network: string): string;
  /** Of an address, ignoring case: a key for limits, and for recognising the address after it was erased. */
  hashAddress(email: string): string;
  /** Tells this secret from others without revealing it; stored with hashes that must be recognised for years. */
  secretId(): string;
  /** The token of a mailed link, from its nonce: a retry mails the same bytes, and the table alone opens no link. */
  linkToken(nonce: string): string;
  /** Signs that a reader left at a time, so that the page which said so can take it back. */
  signLeaving(readerToken: string, ms: number): string;
  /** Signs a time, so that a form can prove when it was made. */
  signTime(ms: number): string;
}

const addressHash = /^[\w-]{43}$/;

/** Whether this could be the keyed hash of an address. */
export const isAddressHash = (text: string) => addressHash.test(text);

/** Whether two signatures are the same, in a time that does not tell how much of them is. */
export function isSameSeal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export class MissingSecretError extends Error {
  constructor() {
    super(
      'APP_SECRET is not set, and DATABASE_URL requires it: one long random text, the same for every process. Make one with: openssl rand -base64 32',
    );
  }
}

/** Without a secret, every use throws MissingSecretError, so that commands which need none still run. */
export function keysFrom(secret: string | null): Keys {
  const hmac = (purpose: string, text: string) => {
    if (secret === null) throw new MissingSecretError();
    return createHmac('sha256', secret).update(`${purpose}\0${text}`).digest();
  };
  return {
    hashNetwork: (network) => hmac('network', network).toString('base64url').slice(0, 22),
    hashAddress: (email) => hmac('address', email.toLowerCase()).toString('base64url'),
    secretId: () => hmac('secret id', '').subarray(0, 9).toString('base64url'),
    linkToken: (nonce) => hmac('link', nonce).subarray(0, 16).toString('base64url'),
    signLeaving: (token, ms) => hmac('leaving', `${token}\0${ms}`).subarray(0, 16).toString('base64url'),
    signTime: (ms) => hmac('moment', String(ms)).subarray(0, 12).toString('base64url'),
  };
}
