import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { shortMailStatuses } from '../../domain/sending/short-mail.ts';
import { instant } from './columns.ts';

/**
 * Each mail to one reader and each notice to one editor, from its first attempt until a month after its end: none is
 * posted twice, and what was never accepted is known. Without an address; an editor's is hashed.
 */
export const shortMails = pgTable(
  'short_mails',
  {
    name: text().primaryKey(),
    kind: text().notNull(),
    /** The queue and the payload of the job that tries it again. */
    queue: text({ enum: ['mail-reader', 'tell-editors'] }).notNull(),
    data: jsonb().notNull(),
    /** sha256 of the address; null for readers. */
    editor: text(),
    status: text({ enum: shortMailStatuses }).notNull(),
    attempts: integer().notNull(),
    /** Since when the provider may have accepted it without our knowing. */
    uncertainSince: instant(),
    notBefore: instant().notNull(),
    /** Not tried any more from then on. */
    until: instant().notNull(),
    lastError: text(),
    createdAt: instant().notNull(),
    changedAt: instant().notNull(),
  },
  (t) => [index('short_mails_status').on(t.status, t.notBefore), index('short_mails_editor').on(t.editor)],
);
