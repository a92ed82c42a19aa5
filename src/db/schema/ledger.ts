import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
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
import { routineTypes } from '../../domain/sending/mail-event.ts';
import { instant } from './columns.ts';
import { issues } from './issues.ts';

/**
 * One issue to one subscriber; the primary key guarantees that nobody is in an issue twice. Written by the freeze, later
 * only skipped or moved to another batch: a recipient's state is the state of the batch. No foreign key to subscribers:
 * an erased one still counts in the sums, and a million checks would slow the freeze down.
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
    /** Null unless the issue names a mailbox for leaving. */
    leaveToken: uuid(),
    batchNo: integer().notNull(),
    /** Within the batch, from 1. */
    position: integer().notNull(),
    skippedReason: text({ enum: skippedReasons }),
  },
  (t) => [
    primaryKey({ columns: [t.issueId, t.subscriberId] }),
    index('deliveries_batch').on(t.issueId, t.batchNo, t.position),
    index('deliveries_skipped').on(t.issueId).where(sql`${t.skippedReason} is not null`),
  ],
);

/** Up to 100 deliveries that are posted in one request, with all the state of sending them. */
export const batches = pgTable(
  'batches',
  {
    issueId: bigint({ mode: 'number' })
      .notNull()
      .references(() => issues.id),
    no: integer().notNull(),
    parentNo: integer(),
    /** Deliveries in the batch, including skipped ones. */
    count: integer().notNull(),
    skipped: integer().notNull().default(0),
    status: text({ enum: batchStatuses }).notNull().default('pending'),
    attempts: integer().notNull().default(0),
    /** Fencing token: only the holder of the latest claim may settle. */
    token: uuid(),
    leaseUntil: instant(),
    notBefore: instant(),
    firstAttemptAt: instant(),
    bodySha256: text(),
    submittedAt: instant(),
    /**
     * The provider's ids, in the order of the recipients that were posted; null where rejected. Deleted a week after the
     * issue is finished.
     */
    providerIds: jsonb().$type<readonly (string | null)[]>(),
    /** Recipients that the provider refused within an accepted batch, with its reason. */
    rejected: jsonb().$type<readonly RejectedDelivery[]>().notNull().default([]),
    lastError: text(),
  },
  (t) => [
    primaryKey({ columns: [t.issueId, t.no] }),
    foreignKey({ columns: [t.issueId, t.parentNo], foreignColumns: [t.issueId, t.no] }),
    index('batches_open').on(t.issueId, t.no).where(sql`${t.status} in ('pending', 'submitting')`),
    index('batches_waiting').on(t.issueId, t.no).where(sql`${t.status} in ('held', 'unknown')`),
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

/** One row per provider: when the next request may be made (GCRA), on the database clock, for all processes. */
export const rateLimits = pgTable('rate_limits', {
  name: text().primaryKey(),
  /** Theoretical arrival time of the next request. */
  tat: instant().notNull(),
  spacing: interval().notNull(),
});

const routine = sql.raw(`(${routineTypes.map((type) => `'${type}'`).join(', ')})`);

/** What the provider reports after submission, without addresses and raw payloads; deleted after a time (docs/adr/0020). */
export const mailEvents = pgTable(
  'mail_events',
  {
    /** svix-id: an event that is delivered twice is one row. */
    eventId: text().primaryKey(),
    type: text().notNull(),
    providerId: text(),
    issueId: bigint({ mode: 'number' }),
    /** The batch that was posted; the recipient may be in another one by now. */
    batchNo: integer(),
    subscriberId: bigint({ mode: 'number' }),
    at: instant().notNull(),
    detail: text(),
    /** A soft bounce of a mail that arrived all the same: it does not count against the address. */
    void: boolean().notNull().default(false),
  },
  (t) => [
    index('mail_events_issue').on(t.issueId, t.type, t.subscriberId).where(sql`${t.issueId} is not null`),
    index('mail_events_subscriber').on(t.subscriberId).where(sql`${t.subscriberId} is not null`),
    // For deletion by age: the events of an issue go with the issue, these by their own time.
    index('mail_events_other').on(t.type, t.at).where(sql`${t.issueId} is null and ${t.type} in ${routine}`),
    index('mail_events_reports').on(t.at).where(sql`${t.type} not in ${routine}`),
  ],
);

/**
 * For each issue and type, how many people it was reported for; written with the events. Final once the issue's routine
 * events are deleted.
 */
export const mailEventTotals = pgTable(
  'mail_event_totals',
  {
    issueId: bigint({ mode: 'number' })
      .notNull()
      .references(() => issues.id),
    type: text().notNull(),
    people: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.issueId, t.type] })],
);
