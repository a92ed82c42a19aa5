import { and, desc, eq, gt, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';
import { issues } from '../../schema/index.ts';

/** Readers may see an issue from its freeze on, unless it was cancelled. */
const isPublic = and(
  isNotNull(issues.frozenAt),
  inArray(issues.status, ['sending', 'paused', 'held', 'sent']),
);

/** One line of the archive. */
export interface PublicIssueLine {
  readonly week: string;
  readonly number: number;
  readonly subject: string;
}

const line = { week: issues.week, number: issues.number, subject: issues.subject };
const entry = {
  ...line,
  preheader: issues.preheader,
  content: issues.content,
  frozenAt: issues.frozenAt,
};

/** The newest issue that readers may see; null if there is none. */
export async function readLatestIssue(
  db: Queryable,
): Promise<{ readonly week: string; readonly subject: string } | null> {
  const [row] = await db
    .select({ week: issues.week, subject: issues.subject })
    .from(issues)
    .where(isPublic)
    .orderBy(desc(issues.week))
    .limit(1);
  return row ?? null;
}

/** Every issue that readers may see, newest first. */
export async function readPublicIssues(db: Queryable): Promise<readonly PublicIssueLine[]> {
  return db.select(line).from(issues).where(isPublic).orderBy(desc(issues.week));
}

/** A hash that changes when an issue is added, removed or changed. */
export async function readArchiveVersion(db: Queryable): Promise<string> {
  const all = sql`string_agg(${issues.week} || ${issues.sha256}, ',' order by ${issues.week})`;
  const [row] = await db
    .select({ version: sql<string>`coalesce(md5(${all}), '')` })
    .from(issues)
    .where(isPublic);
  return row?.version ?? '';
}

/** The newest `limit` of them, with their content but not as rendered. */
export async function readPublicEntries(db: Queryable, limit: number) {
  return db.select(entry).from(issues).where(isPublic).orderBy(desc(issues.week)).limit(limit);
}

export type PublicEntry = Awaited<ReturnType<typeof readPublicEntries>>[number];

export async function readPublicEntry(db: Queryable, week: string): Promise<PublicEntry | null> {
  const [row] = await db
    .select(entry)
    .from(issues)
    .where(and(isPublic, eq(issues.week, week)));
  return row ?? null;
}

/** The public issues before and after this week. */
export async function readNeighbours(
  db: Queryable,
  week: string,
): Promise<{ readonly earlier: PublicIssueLine | null; readonly later: PublicIssueLine | null }> {
  const [earlier] = await db
    .select(line)
    .from(issues)
    .where(and(isPublic, lt(issues.week, week)))
    .orderBy(desc(issues.week))
    .limit(1);
  const [later] = await db
    .select(line)
    .from(issues)
    .where(and(isPublic, gt(issues.week, week)))
    .orderBy(issues.week)
    .limit(1);
  return { earlier: earlier ?? null, later: later ?? null };
}

/** The rendered issue, if readers may see it. */
export async function readPublicRendering(db: Queryable, week: string) {
  const { subject, preheader, html, text, placeholder } = issues;
  const [row] = await db
    .select({ subject, preheader, html, text, placeholder })
    .from(issues)
    .where(and(isPublic, eq(issues.week, week)));
  return row ?? null;
}
