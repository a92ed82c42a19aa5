import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, ne, notInArray, or, sql } from 'drizzle-orm';
import type { IssueStatus } from '../../../domain/issue/issue.ts';
import type { Queryable, Tx } from '../../client.ts';
import { issueComparisons, issues } from '../../schema/index.ts';

export type IssueRow = typeof issues.$inferSelect;
/** All of an issue but its state, which only `moveIssue` changes. */
export type IssueValues = Omit<typeof issues.$inferInsert, 'status' | 'heldKind' | 'pausedKind'>;

export async function findIssue(db: Queryable, week: string): Promise<IssueRow | null> {
  const [row] = await db.select().from(issues).where(eq(issues.week, week));
  return row ?? null;
}

/** PostgreSQL takes its locks from a process that is suspended, or that it has lost contact with, after this time. */
const limitIdleTransaction = sql`set local idle_in_transaction_session_timeout = '30s'`;

/**
 * Locks the issue until the transaction ends. Every change of an issue's status begins with this. Its key is not
 * locked, so rows that refer to the issue, such as a batch being claimed, do not wait.
 */
export async function lockIssue(tx: Tx, week: string): Promise<IssueRow | null> {
  await tx.execute(limitIdleTransaction);
  const [row] = await tx.select().from(issues).where(eq(issues.week, week)).for('no key update');
  return row ?? null;
}

export async function lockIssueById(tx: Tx, id: number): Promise<IssueStatus | undefined> {
  await tx.execute(limitIdleTransaction);
  const [row] = await tx
    .select({ status: issues.status })
    .from(issues)
    .where(eq(issues.id, id))
    .for('no key update');
  return row?.status;
}

/**
 * Lets one process compose at a time, whatever the week: the week may not have a row to lock yet, and issues of all
 * weeks share the candidates and the sequence of issue numbers.
 */
export async function lockWeek(tx: Tx, week: string): Promise<IssueRow | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('compose'))`);
  return lockIssue(tx, week);
}

/** Stores a new draft, or what an issue says from now on; its state stays. */
export async function saveIssue(tx: Tx, id: number | null, values: IssueValues): Promise<IssueRow> {
  const [row] =
    id === null
      ? await tx
          .insert(issues)
          .values({ ...values, status: 'draft' })
          .returning()
      : await tx.update(issues).set(values).where(eq(issues.id, id)).returning();
  return row as IssueRow;
}

/** Replaces the comparisons that the issue has taken, in this order. */
export async function setComparisons(
  tx: Tx,
  issueId: number,
  comparisonIds: readonly number[],
): Promise<void> {
  await tx.delete(issueComparisons).where(eq(issueComparisons.issueId, issueId));
  if (comparisonIds.length === 0) return;
  await tx
    .insert(issueComparisons)
    .values(comparisonIds.map((comparisonId, position) => ({ issueId, comparisonId, position })));
}

/** Takes again what a missed issue had; false, and nothing is taken, when another issue has some of it. */
export async function retakeComparisons(tx: Tx, issueId: number): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from issue_comparisons mine join issue_comparisons other using (comparison_id)
    where mine.issue_id = ${issueId} and other.issue_id <> ${issueId} and other.active limit 1`);
  if (rows.length > 0) return false;
  await tx.update(issueComparisons).set({ active: true }).where(eq(issueComparisons.issueId, issueId));
  return true;
}

/** Releases the issue's comparisons for a later issue. */
export async function releaseComparisons(tx: Tx, issueId: number): Promise<void> {
  await tx.update(issueComparisons).set({ active: false }).where(eq(issueComparisons.issueId, issueId));
}

/**
 * The number on the masthead of a week's issue: one more than the highest of earlier weeks or, where a later week's
 * issue has that, than the highest of all. An issue that was cancelled or missed before it was frozen frees its own.
 */
export async function issueNumberFor(db: Queryable, week: string): Promise<number> {
  const { rows } = await db.execute<{ next: number }>(sql`
    with others as (
      select week, number from issues
      where week <> ${week} and (status not in ('cancelled', 'missed') or frozen_at is not null)),
    following as (select coalesce(max(number), 0) + 1 as next from others where week < ${week})
    select case when exists (select from others where number = next) then (select max(number) + 1 from others) else next end
      as next from following`);
  return rows[0]?.next ?? 1;
}

/** The audience of the latest frozen issue before this week; null if there is none. */
export async function previousAudience(db: Queryable, week: string): Promise<number | null> {
  const [row] = await db
    .select({ audience: issues.audience })
    .from(issues)
    .where(and(lt(issues.week, week), isNotNull(issues.frozenAt)))
    .orderBy(desc(issues.week))
    .limit(1);
  return row?.audience ?? null;
}

/** The subjects of issues that were sent, or that come before this one and may be; the latest first. */
export async function readEarlierSubjects(
  db: Queryable,
  { id, week }: Pick<IssueRow, 'id' | 'week'>,
): Promise<{ week: string; subject: string }[]> {
  const mayBeSent = and(lt(issues.week, week), notInArray(issues.status, ['cancelled', 'missed']));
  return db
    .select({ week: issues.week, subject: issues.subject })
    .from(issues)
    .where(and(ne(issues.id, id), or(isNotNull(issues.frozenAt), mayBeSent)))
    .orderBy(desc(issues.week));
}

/** Issues that may have batches to post or settle: being sent, paused, or cancelled with batches that are not over. */
export async function readOpenIssues(
  db: Queryable,
): Promise<{ id: number; week: string; status: IssueStatus }[]> {
  const isLeft = sql`exists (select from batches b where b.issue_id = ${issues.id} and (
    b.status in ('pending', 'submitting') or b.status = 'held' and b.first_attempt_at is null))`;
  const isOpen = or(
    inArray(issues.status, ['sending', 'paused']),
    and(eq(issues.status, 'cancelled'), isLeft),
  );
  return db
    .select({ id: issues.id, week: issues.week, status: issues.status })
    .from(issues)
    .where(and(isOpen, isNotNull(issues.frozenAt)))
    .orderBy(issues.id);
}

/** Issues whose quota is renewed by now: ids. */
export async function readRenewedQuotas(db: Queryable, now: Date): Promise<readonly number[]> {
  const rows = await db
    .select({ id: issues.id })
    .from(issues)
    .where(and(eq(issues.pausedKind, 'quota'), lte(issues.resumeAt, now)));
  return rows.map(({ id }) => id);
}

/** Issues that are not frozen and may still go out, by week. */
export async function readUnfrozen(db: Queryable): Promise<IssueRow[]> {
  return db
    .select()
    .from(issues)
    .where(and(inArray(issues.status, ['draft', 'approved', 'held']), isNull(issues.frozenAt)))
    .orderBy(issues.week);
}

/** Issues that are frozen and neither sent nor cancelled, by week. */
export async function readUnfinished(db: Queryable): Promise<IssueRow[]> {
  return db
    .select()
    .from(issues)
    .where(and(inArray(issues.status, ['sending', 'paused', 'held']), isNotNull(issues.frozenAt)))
    .orderBy(issues.week);
}

/** The week of the newest issue, only of those frozen where asked; null without one. */
export async function newestWeek(db: Queryable, of: 'any' | 'frozen'): Promise<string | null> {
  const [row] = await db
    .select({ week: issues.week })
    .from(issues)
    .where(of === 'frozen' ? isNotNull(issues.frozenAt) : undefined)
    .orderBy(desc(issues.week))
    .limit(1);
  return row?.week ?? null;
}

export async function changeWeek(tx: Tx, id: number, week: string): Promise<void> {
  await tx
    .update(issues)
    .set({ week })
    .where(and(eq(issues.id, id), isNull(issues.frozenAt)));
}

/** Removes a draft that nobody got; its comparisons are free. */
export async function deleteIssue(tx: Tx, id: number): Promise<void> {
  await tx.delete(issues).where(and(eq(issues.id, id), isNull(issues.frozenAt)));
}

/** Drafts that were composed after an instant. */
export async function readDraftsAfter(
  db: Queryable,
  instant: Date,
): Promise<Pick<IssueRow, 'id' | 'week' | 'edits' | 'content'>[]> {
  return db
    .select({ id: issues.id, week: issues.week, edits: issues.edits, content: issues.content })
    .from(issues)
    .where(and(eq(issues.status, 'draft'), gt(issues.composedAt, instant)));
}

/** Issues that were missed after an instant, by the last decision about it. */
export async function readMissedAfter(
  db: Queryable,
  instant: Date,
): Promise<Pick<IssueRow, 'id' | 'missedFrom'>[]> {
  return db
    .select({ id: issues.id, missedFrom: issues.missedFrom })
    .from(issues)
    .where(
      and(
        eq(issues.status, 'missed'),
        sql`${instant} < (select l.at from issue_log l where l.week = ${issues.week} and l.what = 'missed' order by l.id desc limit 1)`,
      ),
    );
}

/** No unfrozen issue was composed, or has its cutoff, later than now. */
export async function capComposedAt(tx: Tx, now: Date): Promise<void> {
  await tx
    .update(issues)
    .set({ composedAt: sql`least(composed_at, ${now})`, cutoff: sql`least(cutoff, ${now})` })
    .where(and(isNull(issues.frozenAt), or(gt(issues.composedAt, now), gt(issues.cutoff, now))));
}

/** Why the issue's template could not be published at the last attempt; null if it was. */
export async function recordTemplateError(db: Queryable, id: number, reason: string | null): Promise<void> {
  await db.update(issues).set({ templateError: reason }).where(eq(issues.id, id));
}
