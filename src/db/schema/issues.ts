import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Override } from '../../domain/issue/finding.ts';
import {
  type IssueContent,
  type IssueEdits,
  issueStatuses,
  type KeptEdits,
} from '../../domain/issue/issue.ts';
import { holdKinds, type IssueState, pauseKinds } from '../../domain/issue/moves.ts';
import type { Envelope } from '../../domain/issue/rendered-issue.ts';
import { alarmKinds } from '../../domain/sending/alarm.ts';
import { instant } from './columns.ts';
import { comparisons } from './content.ts';

const slotStatuses = ['planned', 'waiting', 'sent', 'skipped', 'missed', 'cancelled', 'dropped'] as const;

export const issues = pgTable(
  'issues',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** ISO week such as 2026-W48: one issue a week. */
    week: text().notNull().unique(),
    number: integer().notNull(),
    /** Random; part of every idempotency key, because other databases that use the same account have an issue 1 too. */
    uid: uuid().notNull().defaultRandom(),
    status: text({ enum: issueStatuses }).notNull(),
    /** Why it is held, and whose hold it is; null otherwise. */
    heldReason: text(),
    heldKind: text({ enum: holdKinds }),
    /** Whose pause it is; null unless paused. */
    pausedKind: text({ enum: pauseKinds }),
    /** What a missed issue was before, should the clock turn out to have been ahead. */
    missedFrom: text().$type<IssueState>(),
    /** Comparisons published up to here were candidates. */
    cutoff: instant().notNull(),
    content: jsonb().$type<IssueContent>().notNull(),
    edits: jsonb().$type<IssueEdits>().notNull().default({}),
    subject: text().notNull(),
    preheader: text().notNull(),
    html: text().notNull(),
    text: text().notNull(),
    placeholder: text().notNull(),
    envelope: jsonb().$type<Envelope>().notNull(),
    /** Of everything that is sent: the rendered issue and the envelope. */
    sha256: text().notNull(),
    approvedSha256: text(),
    approvedBy: text(),
    approvedAt: instant(),
    overrides: jsonb().$type<readonly Override[]>().notNull().default([]),
    createdAt: instant().notNull().defaultNow(),
    /** When what editors review was last made; under `APPROVAL=auto` their minutes count from here. */
    composedAt: instant().notNull().defaultNow(),
    /** Whether those minutes have begun anew after the slot, which happens at most once. */
    reviewedAgain: boolean().notNull().default(false),
    /** When a pause ends by itself (a provider's quota); null if a person must resume. */
    resumeAt: instant(),
    /** Why its template is not published at the provider; null once it is, or before that is tried. */
    templateError: text(),
    frozenAt: instant(),
    /** When sending last started or resumed, on the database clock; stalled sending is measured from here. */
    sendingSince: instant(),
    audience: integer(),
    /** When it was sent, or cancelled after the freeze. */
    finishedAt: instant(),
    /** When the deletion of the provider's ids and of `sent` events ended. */
    idsPrunedAt: instant(),
    /** When the deletion of routine events began: from then on they are not recorded, and the totals are final. */
    eventsPrunedAt: instant(),
    /** When the deletion of its deliveries began. */
    deliveriesPrunedAt: instant(),
  },
  (t) => [
    check('issues_week', sql`${t.week} ~ '^[0-9]{4}-W[0-9]{2}$'`),
    check(
      'issues_approved_when_sent',
      sql`${t.status} not in ('approved', 'sending', 'paused', 'sent') or ${t.approvedSha256} is not null`,
    ),
    check('issues_frozen_with_audience', sql`(${t.frozenAt} is null) = (${t.audience} is null)`),
    check('issues_held_with_reason', sql`(${t.status} = 'held') = (${t.heldReason} is not null)`),
    check('issues_held_with_kind', sql`(${t.status} = 'held') = (${t.heldKind} is not null)`),
    check('issues_paused_with_kind', sql`(${t.status} = 'paused') = (${t.pausedKind} is not null)`),
  ],
);

/** A comparison that an issue has taken; while `active`, no other issue may take it. */
export const issueComparisons = pgTable(
  'issue_comparisons',
  {
    issueId: bigint({ mode: 'number' })
      .notNull()
      .references(() => issues.id, { onDelete: 'cascade' }),
    comparisonId: bigint({ mode: 'number' })
      .notNull()
      .references(() => comparisons.id),
    position: integer().notNull(),
    active: boolean().notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.issueId, t.comparisonId] }),
    uniqueIndex('issue_comparisons_once').on(t.comparisonId).where(sql`${t.active}`),
  ],
);

/** One planned send time of the schedule. */
export const slots = pgTable(
  'slots',
  {
    slot: instant().primaryKey(),
    week: text().notNull(),
    /**
     * `planned` until its time; `waiting` for a person; then `sent`, `skipped` (too little to send), `missed` or
     * `cancelled`; `dropped` when the schedule no longer names it.
     */
    status: text({ enum: slotStatuses }).notNull(),
    remindedAt: instant(),
    /** When the editors were told that there is too little to send as yet. */
    thinToldAt: instant(),
    /** Edits of a draft that was taken back because too little was left of it. */
    edits: jsonb().$type<KeptEdits>(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [index('slots_open').on(t.slot).where(sql`${t.status} in ('planned', 'waiting')`)],
);

/** Problems that were reported to the editors, each once, however often it is detected. */
export const alarms = pgTable(
  'alarms',
  {
    kind: text({ enum: alarmKinds }).notNull(),
    week: text().notNull(),
    /** The slot, or when sending last made progress. */
    since: instant().notNull(),
    toldAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.week, t.since] })],
);

/** When the schedule was last checked. */
export const ticks = pgTable('ticks', {
  schedule: text().primaryKey(),
  lastTick: instant().notNull(),
  /** The schedule in force, and the first tick under it: slots before that do not exist. */
  cron: text(),
  timeZone: text(),
  beganAt: instant().notNull().defaultNow(),
  /** Since when no two ticks were more than an hour apart: until a day later nothing is deleted for its age. */
  steadySince: instant().notNull().defaultNow(),
});

/** Every decision about an issue or a slot, written in the transaction that makes it true. */
export const issueLog = pgTable(
  'issue_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant().notNull(),
    week: text().notNull(),
    slot: instant(),
    issueId: bigint({ mode: 'number' }).references(() => issues.id, { onDelete: 'set null' }),
    /** A person's name, or what decided: `schedule`, `provider`, … */
    who: text().notNull(),
    what: text().notNull(),
    reason: text(),
  },
  (t) => [index('issue_log_week').on(t.week, t.id)],
);
