import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  interval,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { skippedReasons } from '../../domain/audience/subscriber.ts';
import { batchStatuses } from '../../domain/sending/delivery.ts';
import { instant } from './columns.ts';
import { issues } from './issues.ts';

/**
 * One issue to one subscriber; the primary key is what makes "exactly once" true. Written by the freeze, later
 * only skipped or moved to another batch: a recipient's state is its batch's state. No foreign key to
 * subscribers: who is erased keeps their place in the sums, and a million checks would double the freeze.
 */
export const deliveries = pgTable(
  'deliveries',
  {
    issueId: bigint({ mode: 'number' })
      .notNull()
      .references(() => issues.id),
    subscriberId: bigint({ mode: 'number' }).notNull(),
    email: text().notNull(),
    readerToken: text().notNull(),
    batchNo: integer().notNull(),
    /** Place within the batch, from 1. */
    position: integer().notNull(),
    skippedReason: text({ enum: skippedReasons }),
  },
  (t) => [
    primaryKey({ columns: [t.issueId, t.subscriberId] }),
    index('deliveries_batch').on(t.issueId, t.batchNo, t.position),
    index('deliveries_skipped').on(t.issueId).where(sql`${t.skippedReason} is not null`),
  ],
);

/** Up to 100 deliveries posted in one request; carries all the state of sending. */
export const batches = pgTable(
  'batches',
  {
    issueId: bigint({ mode: 'number' })
      .notNull()
      .references(() => issues.id),
    no: integer().notNull(),
    parentNo: integer(),
    /** Deliveries in the batch, skipped ones included. */
    count: integer().notNull(),
    skipped: integer().notNull().default(0),
    status: text({ enum: batchStatuses }).notNull().default('pending'),
    attempts: integer().notNull().default(0),
    /** Fencing token: only the holder of the last claim may settle. */
    token: uuid(),
    leaseUntil: instant(),
    notBefore: instant(),
    firstAttemptAt: instant(),
    bodySha256: text(),
    submittedAt: instant(),
    /** The provider's id by place among those posted, null where rejected. */
    providerIds: jsonb().$type<readonly (string | null)[]>(),
    /** Who was refused within an accepted batch, with the provider's reason. */
    rejected: jsonb().$type<readonly RejectedDelivery[]>().notNull().default([]),
    lastError: text(),
  },
  (t) => [
    primaryKey({ columns: [t.issueId, t.no] }),
    foreignKey({ columns: [t.issueId, t.parentNo], foreignColumns: [t.issueId, t.no] }),
    index('batches_open').on(t.issueId, t.no).where(sql`${t.status} in ('pending', 'submitting')`),
    check(
      'batches_leased_when_submitting',
      sql`(${t.status} = 'submitting') = (${t.token} is not null and ${t.leaseUntil} is not null)`,
    ),
    check('batches_submitted_at', sql`(${t.status} = 'submitted') = (${t.submittedAt} is not null)`),
    check('batches_skipped', sql`${t.skipped} between 0 and ${t.count}`),
  ],
);

export interface RejectedDelivery {
  readonly subscriberId: number;
  readonly reason: string;
}

/** One row a provider: the next free moment (GCRA) on the database's clock, shared by all processes. */
export const rateLimits = pgTable('rate_limits', {
  name: text().primaryKey(),
  /** Theoretical arrival time of the next request. */
  tat: instant().notNull(),
  spacing: interval().notNull(),
});

/** What is reported after submission; append only. No address and no raw payload. Issue, batch and subscriber only where they are ours. */
export const mailEvents = pgTable(
  'mail_events',
  {
    /** svix-id: the same event delivered twice is one row. */
    eventId: text().primaryKey(),
    type: text().notNull(),
    providerId: text(),
    issueId: bigint({ mode: 'number' }),
    /** Under which it was posted; the recipient may be in another by now. */
    batchNo: integer(),
    subscriberId: bigint({ mode: 'number' }),
    at: instant().notNull(),
    detail: text(),
  },
  (t) => [
    index('mail_events_issue').on(t.issueId, t.type, t.subscriberId).where(sql`${t.issueId} is not null`),
    index('mail_events_subscriber').on(t.subscriberId).where(sql`${t.subscriberId} is not null`),
  ],
);
