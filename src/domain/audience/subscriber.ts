import { createHash, randomBytes } from 'node:crypto';

export const subscriberStatuses = ['pending', 'confirmed', 'unsubscribed'] as const;
export type SubscriberStatus = (typeof subscriberStatuses)[number];

/** `provider`: on the provider's own suppression list, which does not say why. */
export const suppressionReasons = ['hard_bounce', 'complaint', 'soft_bounce', 'provider', 'manual'] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** Why somebody typed their address: to subscribe, or to be mailed fresh links. */
export const signUpPurposes = ['subscribe', 'link'] as const;
export type SignUpPurpose = (typeof signUpPurposes)[number];

/** Why someone in the frozen audience is not mailed after all. */
export const skippedReasons = ['unsubscribed', 'suppressed', 'paused'] as const;

/** 128 random bits as base64url: identifies a reader in links without revealing the address. Never changes. */
export const newReaderToken = () => randomBytes(16).toString('base64url');

/** As a regular expression of JavaScript and of PostgreSQL. */
export const readerTokenPattern = '^[A-Za-z0-9_-]{22}$';

const readerToken = new RegExp(readerTokenPattern);

/** Whether this could be a reader's token; nothing else is looked up in the database. */
export const isReaderToken = (text: string) => readerToken.test(text);

/** The sentence next to the sign-up button, and a version that changes with its wording. */
export interface ConsentWording {
  readonly version: string;
  readonly text: string;
}

export function consentWording(newsletter: string): ConsentWording {
  const text = `Email me ${newsletter}, once a week. I can leave with one click in any issue.`;
  return { version: wordingVersion(text), text };
}

export const wordingVersion = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
