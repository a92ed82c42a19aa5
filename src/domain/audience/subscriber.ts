import { createHash, randomBytes } from 'node:crypto';
import { subDays } from 'date-fns/subDays';

export const subscriberStatuses = ['pending', 'confirmed', 'unsubscribed'] as const;
export type SubscriberStatus = (typeof subscriberStatuses)[number];

/** `provider`: on the provider's own suppression list, which does not say why. */
export const suppressionReasons = ['hard_bounce', 'complaint', 'soft_bounce', 'provider', 'manual'] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** How a suppression may end, and which reasons may end so. One given by a person ends by a person. */
export const liftedBy = {
  /** Its owner says that the mailbox works, or a person was wrong; a complaint is its owner's to lift. */
  hand: ['hard_bounce', 'soft_bounce', 'provider', 'manual'],
  /** What is on the provider's own list for bounces, or for a reason that it does not tell. */
  provider: ['hard_bounce', 'provider'],
  /** The owner signed up and confirmed anew. */
  optIn: ['hard_bounce', 'soft_bounce', 'provider', 'complaint'],
} as const satisfies Record<string, readonly SuppressionReason[]>;

/** Days between two confirmation mails to a suppressed address. The provider may have had a complaint. */
const askAgainDays = { hard_bounce: 1, soft_bounce: 1, complaint: 30, provider: 30 } as const;

/** Until when a link may have been mailed last for another to be mailed at `now`; null if none ever may. */
export function askedBefore(reason: SuppressionReason, now: Date): Date | null {
  return reason === 'manual' ? null : subDays(now, askAgainDays[reason]);
}

/** Whether a confirmation link from this time lifts the suppression: its owner got it in spite of what had happened. */
export const liftsByOptIn = (
  suppression: { readonly reason: SuppressionReason; readonly since: Date },
  linkMailedAt: Date,
) => suppression.reason !== 'manual' && suppression.since <= linkMailedAt;

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
