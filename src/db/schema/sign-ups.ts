import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { signUpPurposes, suppressionReasons } from '../../domain/audience/subscriber.ts';
import { instant } from './columns.ts';
import { subscribers } from './subscribers.ts';

/** Every wording that anybody consented to, by version. */
export const consentWordings = pgTable('consent_wordings', {
  version: text().primaryKey(),
  text: text().notNull(),
  firstUsedAt: instant().notNull(),
});

/**
 * One use of the sign-up form, or of the form that asks for fresh links. The request only inserts this row, whatever is known of the address, and a job settles
 * it. The address is stored until then.
 */
export const signUps = pgTable(
  'sign_ups',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    email: text(),
    /** Keyed hash of the sender's network. */
    network: text().notNull(),
    /** `sign-up page`, or the origin of the page that holds the form. */
    source: text().notNull(),
    wording: text().references(() => consentWordings.version),
    /** `link`: somebody whose link was damaged asks for a fresh one. */
    purpose: text({ enum: signUpPurposes }).notNull().default('subscribe'),
    createdAt: instant().notNull(),
    /** `mailed` a confirmation, or the links, `quiet` (there was nothing to mail), or `refused` by the limit of its network. */
    outcome: text({ enum: ['waiting', 'mailed', 'quiet', 'refused'] }).notNull(),
    /** A waiting one is not settled before this time. */
    notBefore: instant(),
    subscriberId: bigint({ mode: 'number' }),
  },
  (t) => [
    index('sign_ups_created_at').on(t.createdAt),
    index('sign_ups_refused').on(t.createdAt).where(sql`${t.outcome} = 'refused'`),
    index('sign_ups_waiting').on(t.id).where(sql`${t.outcome} = 'waiting'`),
    index('sign_ups_subscriber').on(t.subscriberId),
    check('sign_ups_address_while_waiting', sql`(${t.email} is not null) = (${t.outcome} = 'waiting')`),
  ],
);

/** A mailed link that expires. Its token is not stored; it is derived from the nonce and APP_SECRET. */
export const mailedLinks = pgTable(
  'mailed_links',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    purpose: text({ enum: ['confirm', 'data'] }).notNull(),
    subscriberId: bigint({ mode: 'number' })
      .notNull()
      .references(() => subscribers.id, { onDelete: 'cascade' }),
    /** The sign-up that the link confirms; its proof of consent becomes the subscriber's. */
    signUpId: bigint({ mode: 'number' }),
    nonce: text().notNull(),
    tokenSha256: text().notNull().unique(),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [
    index('mailed_links_subscriber').on(t.subscriberId),
    index('mailed_links_expires_at').on(t.expiresAt),
  ],
);

/**
 * Keyed hashes of addresses that are no longer kept, so that an import does not bring them back; with the reason if
 * suppressed. Their owners asked to be erased, or left more than RETENTION_DAYS ago.
 */
export const erasedAddresses = pgTable(
  'erased_addresses',
  {
    addressHash: text().primaryKey(),
    suppression: text({ enum: suppressionReasons }),
    /** As in `suppressions`. */
    askedAt: instant(),
    erasedAt: instant().notNull(),
    /** When somebody left who did not ask to be erased. */
    leftAt: instant(),
    /** Theirs, so that old links are still answered, and end a later subscription. */
    readerToken: text().unique(),
    /** Tells which secret the hash was made with; null from releases that did not store it. */
    secretId: text(),
  },
  (t) => [check('erased_addresses_token', sql`${t.readerToken} is null or ${t.leftAt} is not null`)],
);

/** Periods in which only a tenth of the usual confirmation mails may be sent. */
export const slowDowns = pgTable(
  'slow_downs',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    beganAt: instant().notNull(),
    endedAt: instant(),
  },
  (t) => [uniqueIndex('slow_downs_open').on(sql`(${t.endedAt} is null)`).where(sql`${t.endedAt} is null`)],
);

/** Counters of rate-limiter-flexible, which requires exactly these columns. */
export const requestLimits = pgTable('request_limits', {
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  /** Milliseconds since 1970. */
  expire: bigint({ mode: 'number' }),
});
