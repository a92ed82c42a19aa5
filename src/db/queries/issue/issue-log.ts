import { and, desc, eq } from 'drizzle-orm';
import type { Queryable, Tx } from '../../client.ts';
import { issueLog } from '../../schema/index.ts';

/** Who decides something, when and why. */
export interface Decision {
  readonly at: Date;
  /** A person's name, or what decided: `schedule`, `provider`. */
  readonly who: string;
  readonly reason?: string | null;
}

export interface LogEntry extends Decision {
  readonly week: string;
  readonly what: string;
  readonly slot?: Date | null;
  readonly issueId?: number | null;
}

/** Writes a decision down, in the transaction that makes it true. */
export async function logDecision(tx: Tx, entry: LogEntry): Promise<void> {
  await tx.insert(issueLog).values(entry);
}

/** Who decided this about an issue last, or null. */
export async function findDecider(db: Queryable, issueId: number, what: string): Promise<string | null> {
  const [row] = await db
    .select({ who: issueLog.who })
    .from(issueLog)
    .where(and(eq(issueLog.issueId, issueId), eq(issueLog.what, what)))
    .orderBy(desc(issueLog.id))
    .limit(1);
  return row?.who ?? null;
}

/** The decisions about a week, the latest first. */
export async function readLog(db: Queryable, week: string, limit = 1_000): Promise<readonly LogEntry[]> {
  return db.select().from(issueLog).where(eq(issueLog.week, week)).orderBy(desc(issueLog.id)).limit(limit);
}
