import { sql } from 'drizzle-orm';
import { maxBatchSize } from '../../../domain/sending/mailer.ts';
import type { Queryable, Tx } from '../../client.ts';
import { unseenByPlanner } from '../../sql.ts';
import { mayBeMailed } from './freeze.ts';

/** A recipient who did not get the issue but may be mailed now. */
export interface MissingReader {
  readonly subscriberId: number;
  readonly batchNo: number;
  readonly why: 'rejected' | 'skipped';
  /** The provider's words, or why the recipient was skipped. */
  readonly reason: string;
}

/** Recipients who were rejected, and those skipped for a reason that no longer applies; never one who may have been accepted. */
export async function readMissing(db: Queryable, issueId: number, at: Date): Promise<MissingReader[]> {
  const { rows } = await db.execute<{
    id: string;
    no: number;
    why: MissingReader['why'];
    reason: string;
  }>(sql`
    select s.id, m.no, m.why, m.reason
    from (
      select (r->>'subscriberId')::bigint as id, b.no, 'rejected' as why, r->>'reason' as reason
      from batches b cross join lateral jsonb_array_elements(b.rejected) r
      where b.issue_id = ${issueId} and b.status = 'submitted'
      union all
      select d.subscriber_id, d.batch_no, 'skipped', d.skipped_reason
      from deliveries d where d.issue_id = ${issueId} and d.skipped_reason is not null) m
    cross join lateral (select s.id from subscribers s where s.id = m.id and ${mayBeMailed(at)} limit 1) s
    order by s.id`);
  return rows.map(({ id, no, why, reason }) => ({ subscriberId: Number(id), batchNo: no, why, reason }));
}

/**
 * Moves these recipients into new batches, whose keys have never been used, and out of their old ones, so that each is
 * counted once. The caller must have locked the issue, and no batch of it may be open.
 */
export async function moveMissing(tx: Tx, issueId: number, missing: readonly MissingReader[]): Promise<void> {
  const batchNos = [...new Set(missing.map((reader) => reader.batchNo))];
  for (const no of batchNos) {
    const ids = missing.filter((reader) => reader.batchNo === no).map((reader) => reader.subscriberId);
    await removeFromBatch(tx, issueId, no, ids);
  }
  await tx.execute(sql`
    with reader as (
      select id, reason, (place - 1) / ${maxBatchSize}::int as chunk, (place - 1) % ${maxBatchSize}::int + 1 as position
      from unnest(
        ${sql.param(missing.map((reader) => reader.subscriberId))}::bigint[],
        ${sql.param(missing.map(({ why, reason }) => (why === 'rejected' ? reason : null)))}::text[])
        with ordinality as t(id, reason, place)),
    batch as (
      insert into batches (issue_id, no, count, last_error)
      select ${issueId}, (select max(no) from batches where issue_id = ${issueId}) + chunk + 1, count(*),
        mode() within group (order by reason)
      from reader group by chunk
      returning no)
    update deliveries d
    set batch_no = (select min(no) from batch) + reader.chunk, position = reader.position, skipped_reason = null
    from reader where d.issue_id = ${issueId} and d.subscriber_id = reader.id`);
}

/** `provider_ids` has one entry per recipient by position, so the entries of those who leave go as well. */
async function removeFromBatch(tx: Tx, issueId: number, no: number, ids: readonly number[]): Promise<void> {
  await tx.execute(sql`
    with leaving as (
      select d.subscriber_id as id, d.skipped_reason is not null as skipped,
        count(*) filter (where d.skipped_reason is null) over (order by d.position) as place
      from deliveries d where d.issue_id = ${unseenByPlanner(issueId)} and d.batch_no = ${no}),
    moved as (select * from leaving where id = any(${sql.param(ids)}::bigint[]))
    update batches b
    set count = count - ${ids.length},
      skipped = skipped - (select count(*) from moved where skipped),
      rejected = coalesce((
        select jsonb_agg(r order by place) from jsonb_array_elements(b.rejected) with ordinality as t(r, place)
        where (r->>'subscriberId')::bigint not in (select id from moved)), '[]'::jsonb),
      provider_ids = case when b.provider_ids is not null then coalesce((
        select jsonb_agg(id order by place) from jsonb_array_elements(b.provider_ids) with ordinality as t(id, place)
        where place not in (select place from moved where not skipped)), '[]'::jsonb) end
    where b.issue_id = ${issueId} and b.no = ${no}`);
}
