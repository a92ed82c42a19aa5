import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import { type IssueStatusReport, issueStatus } from '../../../src/pipeline/report/issue-status.ts';
import { recordMailEvents } from '../../../src/pipeline/send/record-mail-events.ts';
import { reported } from '../mail/reported.ts';
import { must } from '../pipeline/test-pipeline.ts';
import { addSentIssues } from './sent-issues.ts';

/** Of the readers 1 to 4 of `addPastIssues`, in people: what `status` must say, whatever was deleted since. */
export const pastTotals = { delivered: 2, opened: 1, clicked: 1, delayed: 1, softBounced: 2, bounced: 1 };

/**
 * Issues that were sent to every subscriber (at least four) so many days ago. Of each, reader 1 got it after a soft bounce,
 * and opened it twice; reader 2 got it late and clicked; 3 had a soft bounce; 4 bounced. Returns their ids, oldest first.
 */
export async function addPastIssues(ctx: PipelineContext, daysAgo: readonly number[]): Promise<number[]> {
  const { db, clock } = ctx;
  const ids = await addSentIssues(db, daysAgo.length);
  for (const [index, id] of ids.entries()) {
    const finishedAt = new Date(clock.now().getTime() - (daysAgo[index] ?? 0) * 86_400_000);
    await db.execute(sql`
      update issues set finished_at = ${finishedAt}, audience = (select count(*) from subscribers) where id = ${id}`);
    await db.execute(sql`update batches set provider_ids = '["a", "b"]' where issue_id = ${id}`);
    const facts = [
      ...(await reported(db, id, [1, 2, 3, 4], { type: 'sent' })),
      ...(await reported(db, id, [1, 3], { type: 'soft_bounced', detail: 'Transient/General' })),
      ...(await reported(db, id, [2], { type: 'delivery_delayed' })),
      ...(await reported(db, id, [1, 2], { type: 'delivered' })),
      ...(await reported(db, id, [1, 1], { type: 'opened' })),
      ...(await reported(db, id, [2], { type: 'clicked' })),
      ...(await reported(db, id, [4], { type: 'bounced', suppresses: 'hard_bounce' })),
    ];
    await recordMailEvents(
      ctx,
      facts.map((fact) => ({ ...fact, at: finishedAt })),
    );
  }
  return ids;
}

/** How many rows of each kind an issue has. */
export async function rowsOfIssue(db: Db, issueId = 0): Promise<Record<string, number>> {
  const { rows } = await db.execute<{ what: string; n: number }>(sql`
    select type as what, count(*)::int as n from mail_events where issue_id = ${issueId} group by type
    union all select 'deliveries', count(*)::int from deliveries where issue_id = ${issueId}
    union all select 'ids', count(*)::int from batches where issue_id = ${issueId} and provider_ids is not null`);
  return Object.fromEntries(rows.map(({ what, n }) => [what, n]));
}

/** Everything that retention may delete or change. */
export async function retainedRows(db: Db): Promise<readonly unknown[]> {
  const { rows } = await db.execute(sql`
    select 'event' as what, to_jsonb(e) as row from mail_events e
    union all select 'delivery', to_jsonb(d) from deliveries d
    union all select 'batch', to_jsonb(b) from batches b
    union all select 'issue', to_jsonb(i) from issues i
    union all select 'total', to_jsonb(t) from mail_event_totals t order by 1, 2`);
  return rows;
}

/** What `status` says of an issue. */
export async function reportOf(ctx: PipelineContext, issueId = 0): Promise<IssueStatusReport> {
  const { rows } = await ctx.db.execute<{ week: string }>(sql`select week from issues where id = ${issueId}`);
  return must(await issueStatus(ctx, rows[0]?.week ?? '')).report;
}
