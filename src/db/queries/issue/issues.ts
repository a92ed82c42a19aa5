import { and, desc, eq, inArray, isNotNull, lt, lte, sql } from 'drizzle-orm';
import type { IssueStatus } from '../../../domain/issue/issue.ts';
import type { Queryable, Tx } from '../../client.ts';
import { issueComparisons, issues } from '../../schema/index.ts';

export type IssueRow = typeof issues.$inferSelect;
export type NewIssue = typeof issues.$inferInsert;

const sendingSince = sql`clock_timestamp()`;

export async function findIssue(db: Queryable, week: string): Promise<IssueRow | null> {
  const [row] = await db.select().from(issues).where(eq(issues.week, week));
  return row ?? null;
}

/** A process that is frozen, or cut off without a word, gives its locks back after so long. */
const limitIdleTransaction = sql`set local idle_in_transaction_session_timeout = '30s'`;

/**
 * Locks the issue until the transaction ends: whoever changes an issue's status reads it through this first. Its
 * key stays free: rows that refer to the issue, such as a batch being claimed, need not wait.
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
 * One compose at a time, whatever the week: a week may have no row yet to lock, and issues of different weeks
 * share the candidates and the running number.
 */
export async function lockWeek(tx: Tx, week: string): Promise<IssueRow | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('compose'))`);
  return lockIssue(tx, week);
}

export async function saveIssue(tx: Tx, id: number | null, values: NewIssue): Promise<IssueRow> {
  const [row] =
    id === null
      ? await tx.insert(issues).values(values).returning()
      : await tx.update(issues).set(values).where(eq(issues.id, id)).returning();
  return row as IssueRow;
}

/** Replaces what the issue has taken; ids in the order of the issue. */
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

/** Gives the issue's comparisons back, for a later issue to take. */
export async function releaseComparisons(tx: Tx, issueId: number): Promise<void> {
  await tx.update(issueComparisons).set({ active: false }).where(eq(issueComparisons.issueId, issueId));
}

/** The number on the next masthead: one more than the highest so far; a cancelled issue that nobody got frees its own. */
export async function nextIssueNumber(tx: Queryable): Promise<number> {
  const { rows } = await tx.execute<{ next: number }>(
    sql`select coalesce(max(number), 0) + 1 as next from issues
        where status <> 'cancelled' or frozen_at is not null`,
  );
  return rows[0]?.next ?? 1;
}

/** Audience of the latest frozen issue before this week; null when there is none. */
export async function previousAudience(db: Queryable, week: string): Promise<number | null> {
  const [row] = await db
    .select({ audience: issues.audience })
    .from(issues)
    .where(and(lt(issues.week, week), isNotNull(issues.frozenAt)))
    .orderBy(desc(issues.week))
    .limit(1);
  return row?.audience ?? null;
}

/** All issues, newest week first, without their bodies. */
export async function listIssues(
  db: Queryable,
): Promise<{ week: string; number: number; subject: string; status: IssueStatus }[]> {
  return db
    .select({ week: issues.week, number: issues.number, subject: issues.subject, status: issues.status })
    .from(issues)
    .orderBy(desc(issues.week));
}

/** Moves the issue from one of `from` to `to`; its week, or null when it is no longer in any of them. */
export async function moveIssue(
  tx: Queryable,
  id: number,
  from: readonly IssueStatus[],
  to: IssueStatus,
  values: Partial<NewIssue> = {},
): Promise<string | null> {
  const [moved] = await tx
    .update(issues)
    .set({
      heldReason: null,
      resumeAt: null,
      ...(to === 'sending' ? { sendingSince } : {}),
      ...values,
      status: to,
    })
    .where(and(eq(issues.id, id), inArray(issues.status, [...from])))
    .returning({ week: issues.week });
  return moved?.week ?? null;
}

/** Issues that may have batches to post or to settle. */
export async function readOpenIssues(
  db: Queryable,
): Promise<{ id: number; week: string; status: IssueStatus }[]> {
  return db
    .select({ id: issues.id, week: issues.week, status: issues.status })
    .from(issues)
    .where(and(inArray(issues.status, ['sending', 'paused', 'cancelled']), isNotNull(issues.frozenAt)))
    .orderBy(issues.id);
}

/** Takes back the pauses whose time is over. */
export async function resumeDue(db: Queryable, now: Date): Promise<void> {
  await db
    .update(issues)
    .set({ status: 'sending', resumeAt: null, sendingSince })
    .where(and(eq(issues.status, 'paused'), lte(issues.resumeAt, now)));
}
