import { sql } from 'drizzle-orm';
import type { IssueStatus } from '../../../domain/issue/issue.ts';
import type { Queryable } from '../../client.ts';

export interface ListedIssue {
  readonly week: string;
  readonly number: number;
  readonly subject: string;
  readonly status: IssueStatus;
  /** ISO instant of the week's slot; null where the schedule planned none. */
  readonly slot: string | null;
  readonly approvedBy: string | null;
  /** Null until it is frozen. */
  readonly audience: number | null;
  readonly submitted: number;
  /** People, not events. */
  readonly delivered: number;
}

/** Issues, the newest first, with what the ledger and the mail events say of them; one query, however many there are. */
export async function listIssues(db: Queryable, limit = 10_000): Promise<readonly ListedIssue[]> {
  const { rows } = await db.execute<Omit<ListedIssue, 'slot'> & { slot: Date | string | null }>(sql`
    select week, number, subject, status, planned.slot, approved_by as "approvedBy", audience,
      settled.submitted, coalesce(reported.people, 0) as delivered
    from (select * from issues order by week desc limit ${limit}) listed
    left join lateral (
      select slot from slots where slots.week = listed.week and slots.status <> 'dropped'
      order by slot desc limit 1) planned on true
    cross join lateral (
      select coalesce(sum(count - skipped - jsonb_array_length(rejected)), 0)::int as submitted
      from batches where issue_id = listed.id and batches.status = 'submitted') settled
    left join mail_event_totals reported on reported.issue_id = listed.id and reported.type = 'delivered'
    order by week desc`);
  return rows.map(({ slot, ...row }) => ({
    ...row,
    slot: slot === null ? null : new Date(slot).toISOString(),
  }));
}

export async function countIssues(db: Queryable): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(sql`select count(*)::int as n from issues`);
  return rows[0]?.n ?? 0;
}
