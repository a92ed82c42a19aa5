import { createHmac } from 'node:crypto';

/** What `APP_SECRET` is for. A keyed hash tells nobody without the secret what it was made from. */
export interface Keys {
  /** Of the network that a sign-up came from: kept as evidence, and to count by. */
  hashNetwork(network: string): string;
  /** Of an address, whatever its case: to count by, and to know it again once it is erased. */
  hashAddress(email: string): string;
  /** The secret of a mailed link, from its nonce: a retry mails the same bytes, and the table alone opens nothing. */
  linkToken(nonce: string): string;
  /** Seals a moment, so that a form can say when it was made. */
  signTime(ms: number): string;
}

/** Why something cannot be done, for whoever set the environment. */
export class MissingSecretError extends Error {
  constructor() {
    super(
      'APP_SECRET is not set, and with DATABASE_URL it must be: the same long random text for every process. Make one with: openssl rand -base64 32',
    );
  }
}

/** Without a secret every use throws MissingSecretError: a command that needs none works without. */
export function keysFrom(secret: string | null): Keys {
  const hmac = (purpose: string, text: string) => {
    if (secret === null) throw new MissingSecretError();
    return createHmac('sha256', secret).update(`${purpose}\0${text}`).digest();
  };
  return {
    hashNetwork: (network) => hmac('network', network).toString('base64url').slice(0, 22),
    hashAddress: (email) => hmac('address', email.toLowerCase()).toString('base64url'),
    linkToken: (nonce) => hmac('link', nonce).subarray(0, 16).toString('base64url'),
    signTime: (ms) => hmac('moment', String(ms)).subarray(0, 12).toString('base64url'),
  };
}
