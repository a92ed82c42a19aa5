import type { Queryable } from '../../db/client.ts';
import { readLog } from '../../db/queries/issue/issue-log.ts';

/** A row of the log of decisions, as commands and pages show it. */
export interface LoggedDecision {
  /** ISO instant. */
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly reason: string | null;
}

/** The latest decisions about a week, by people or by the schedule; the latest first. Reads only. */
export async function readDecisions(
  db: Queryable,
  week: string,
  limit?: number,
): Promise<readonly LoggedDecision[]> {
  const entries = await readLog(db, week, limit);
  return entries.map(({ at, who, what, reason }) => ({
    ...{ at: at.toISOString(), who, what },
    reason: reason ?? null,
  }));
}
