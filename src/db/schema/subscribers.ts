import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import {
  readerTokenPattern,
  subscriberStatuses,
  suppressionReasons,
} from '../../domain/audience/subscriber.ts';
import { instant } from './columns.ts';

export const subscribers = pgTable(
  'subscribers',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** As typed; unique without regard to case. */
    email: text().notNull(),
    status: text({ enum: subscriberStatuses }).notNull(),
    /** See newReaderToken; never changes, so that old links keep working. */
    readerToken: text().notNull().unique(),
    /** Can only end the subscription: it is the address that a mail program writes to for that. */
    leaveToken: uuid().notNull().unique().defaultRandom(),
    /** Where the consent came from: `sign-up page`, `import by Ada (list.csv)`, … */
    consentSource: text().notNull(),
    /** Version in `consent_wordings`; null if the consent was given elsewhere. */
    consentWording: text(),
    /** Keyed hash of the network that the sign-up came from. */
    consentNetwork: text(),
    consentedAt: instant(),
    confirmedAt: instant(),
    unsubscribedAt: instant(),
    /** Who ended the subscription and why, if it was a person by hand: `by Ada: wrote to us`. */
    leftBy: text(),
    /** Whether the mail that confirms the leaving is still to be enqueued. */
    goodbyeDue: boolean().notNull().default(false),
    pausedUntil: instant(),
    /** When a pending subscriber was reminded, which happens once. */
    remindedAt: instant(),
    eraseRequestedAt: instant(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('subscribers_email').on(sql`lower(${t.email})`),
    index('subscribers_confirmed').on(t.id).where(sql`${t.status} = 'confirmed'`),
    index('subscribers_pending').on(t.consentedAt).where(sql`${t.status} = 'pending'`),
    index('subscribers_left').on(t.unsubscribedAt).where(sql`${t.status} = 'unsubscribed'`),
    index('subscribers_goodbye_due').on(t.id).where(sql`${t.goodbyeDue}`),
    index('subscribers_to_erase').on(t.id).where(sql`${t.eraseRequestedAt} is not null`),
    check('subscribers_status', sql`${t.status} in ('pending', 'confirmed', 'unsubscribed')`),
    check('subscribers_confirmed_at', sql`${t.status} <> 'confirmed' or ${t.confirmedAt} is not null`),
    check('subscribers_token', sql`${t.readerToken} ~ ${sql.raw(`'${readerTokenPattern}'`)}`),
  ],
);

/** Addresses that must not be mailed, in lower case; kept when the subscriber is deleted. */
export const suppressions = pgTable(
  'suppressions',
  {
    email: text().primaryKey(),
    reason: text({ enum: suppressionReasons }).notNull(),
    detail: text(),
    /** When its owner, who signed up again, was last mailed a link that lifts it. */
    askedAt: instant(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [check('suppressions_lower_case', sql`${t.email} = lower(${t.email})`)],
);

/**
 * Suppressions that were lifted, for the history of their owners. What happened before counts no more, also if it is
 * reported later. Deleted when the address is erased or forgotten, and after 400 days, as the reports are.
 */
export const suppressionLifts = pgTable(
  'suppression_lifts',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** In lower case. */
    email: text().notNull(),
    /** What was lifted; null if the provider lifted what it had not reported yet. */
    reason: text({ enum: suppressionReasons }),
    detail: text(),
    /** `by Ada: the mailbox works again`, `by the provider`, `confirmed anew`. */
    source: text().notNull(),
    /** The reasons that it lifts, reported from before `upTo`. */
    lifts: text({ enum: suppressionReasons }).array().notNull(),
    upTo: instant().notNull(),
    liftedAt: instant().notNull(),
  },
  (t) => [
    index('suppression_lifts_email').on(t.email),
    check('suppression_lifts_lower_case', sql`${t.email} = lower(${t.email})`),
  ],
);
