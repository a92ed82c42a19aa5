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

export async function saveIssue(tx: Tx, id: number | null, values: NewIssue): Promise<IssueRow> {
  const [row] =
    id === null
      ? await tx.insert(issues).values(values).returning()
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

/** Releases the issue's comparisons for a later issue. */
export async function releaseComparisons(tx: Tx, issueId: number): Promise<void> {
  await tx.update(issueComparisons).set({ active: false }).where(eq(issueComparisons.issueId, issueId));
}

/** The number of the next issue: the highest so far plus one, without issues that were cancelled before sending. */
export async function nextIssueNumber(tx: Queryable): Promise<number> {
  const { rows } = await tx.execute<{ next: number }>(
    sql`select coalesce(max(number), 0) + 1 as next from issues
        where status <> 'cancelled' or frozen_at is not null`,
  );
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

/** All issues, newest first, without their content. */
export async function listIssues(
  db: Queryable,
): Promise<{ week: string; number: number; subject: string; status: IssueStatus }[]> {
  return db
    .select({ week: issues.week, number: issues.number, subject: issues.subject, status: issues.status })
    .from(issues)
    .orderBy(desc(issues.week));
}

/** Changes the issue's status from one of `from` to `to`. Returns its week, or null if it has another status. */
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

/** Issues that may have batches to post or settle. */
export async function readOpenIssues(
  db: Queryable,
): Promise<{ id: number; week: string; status: IssueStatus }[]> {
  return db
    .select({ id: issues.id, week: issues.week, status: issues.status })
    .from(issues)
    .where(and(inArray(issues.status, ['sending', 'paused', 'cancelled']), isNotNull(issues.frozenAt)))
    .orderBy(issues.id);
}

/** Resumes issues whose pause has ended. */
export async function resumeDue(db: Queryable, now: Date): Promise<void> {
  await db
    .update(issues)
    .set({ status: 'sending', resumeAt: null, sendingSince })
    .where(and(eq(issues.status, 'paused'), lte(issues.resumeAt, now)));
}
