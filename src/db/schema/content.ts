import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** What the comparison site publishes. It may write these three tables itself (docs/database.md). */
export const tools = pgTable(
  'tools',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    category: text().notNull(),
    tagline: text().notNull(),
    description: text().notNull(),
    entryPrice: text().notNull(),
    url: text(),
    communityShip: integer(),
    communitySkip: integer(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    check(
      'tools_votes_both_or_none',
      sql`(${t.communityShip} is null) = (${t.communitySkip} is null) and ${t.communityShip} >= 0 and ${t.communitySkip} >= 0`,
    ),
  ],
);

export const reviews = pgTable(
  'reviews',
  {
    toolId: bigint({ mode: 'number' })
      .notNull()
      .references(() => tools.id, { onDelete: 'cascade' }),
    reviewer: text().notNull(),
    /** Order in which the tool's reviews are shown, from 0. */
    position: integer().notNull(),
    verdict: text({ enum: ['ship', 'skip'] }).notNull(),
    quote: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.toolId, t.reviewer] }),
    check('reviews_verdict', sql`${t.verdict} in ('ship', 'skip')`),
  ],
);

export const comparisons = pgTable(
  'comparisons',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    slug: text().notNull().unique(),
    url: text().notNull(),
    publishedAt: instant().notNull(),
    pricesCheckedAt: instant(),
    firstToolId: bigint({ mode: 'number' })
      .notNull()
      .references(() => tools.id),
    secondToolId: bigint({ mode: 'number' })
      .notNull()
      .references(() => tools.id),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('comparisons_published_at').on(t.publishedAt),
    check('comparisons_two_tools', sql`${t.firstToolId} <> ${t.secondToolId}`),
  ],
);
