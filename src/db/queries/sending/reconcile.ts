import { sql } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';

/** A batch that the provider may have taken although the ledger does not say so. */
export interface UnresolvedBatch {
  readonly no: number;
  /** Recipients who were not skipped. */
  readonly recipients: number;
  readonly since: Date;
}

/**
 * `unanswered`: those that wait for a person after they were tried. `all`: also those that the ledger holds for
 * not submitted, for a ledger that is older than the provider (after a restore).
 */
export type UnresolvedKind = 'unanswered' | 'all';

/** Not in anybody's hands. `b` is a batch. */
const isUnresolved = (which: UnresolvedKind) =>
  which === 'all'
    ? sql`b.status in ('unknown', 'held', 'pending')`
    : sql`b.status in ('unknown', 'held') and b.first_attempt_at is not null`;

export async function readUnresolved(
  db: Queryable,
  issueId: number,
  which: UnresolvedKind,
): Promise<UnresolvedBatch[]> {
  const { rows } = await db.execute<{ no: number; recipients: number; since: string }>(sql`
    select b.no, b.count - b.skipped as recipients, least(b.first_attempt_at, i.frozen_at) as since
    from batches b join issues i on i.id = b.issue_id
    where b.issue_id = ${issueId} and ${isUnresolved(which)} and b.count > b.skipped
    order by b.no`);
  return rows.map((row) => ({ ...row, since: new Date(row.since) }));
}

/** Someone of a questioned batch, found by their address. */
export interface UnresolvedRecipient {
  readonly address: string;
  readonly batchNo: number;
  readonly subscriberId: number;
}

/** Who of these addresses (in lower case) is in a questioned batch. */
export async function findUnresolvedRecipients(
  db: Queryable,
  issueId: number,
  which: UnresolvedKind,
  addresses: readonly string[],
): Promise<UnresolvedRecipient[]> {
  if (addresses.length === 0) return [];
  const { rows } = await db.execute<{ address: string; no: number; id: string }>(sql`
    select lower(s.email) as address, d.batch_no as no, d.subscriber_id as id
    from subscribers s
      join deliveries d on d.issue_id = ${issueId} and d.subscriber_id = s.id and d.skipped_reason is null
      join batches b on b.issue_id = d.issue_id and b.no = d.batch_no
    where lower(s.email) = any(${sql.param(addresses)}::text[]) and ${isUnresolved(which)}`);
  return rows.map(({ address, no, id }) => ({ address, batchNo: no, subscriberId: Number(id) }));
}

/**
 * Books what the provider is known to have taken: `ids` by subscriber. Who of the batch is not among them was
 * refused then, and is booked as rejected. False when somebody else has booked or claimed the batch meanwhile.
 */
export async function settleFromSentLog(
  db: Queryable,
  issueId: number,
  no: number,
  which: UnresolvedKind,
  ids: ReadonlyMap<number, string>,
  { note, refusal }: { readonly note: string; readonly refusal: string },
): Promise<boolean> {
  const done = await db.execute(sql`
    with found as (
      select * from unnest(${sql.param([...ids.keys()])}::bigint[], ${sql.param([...ids.values()])}::text[]) as t(subscriber, id)),
    member as (
      select d.subscriber_id, d.position, found.id
      from deliveries d left join found on found.subscriber = d.subscriber_id
      where d.issue_id = ${issueId} and d.batch_no = ${no} and d.skipped_reason is null)
    update batches b set status = 'submitted', submitted_at = clock_timestamp(), last_error = ${note}, not_before = null,
      provider_ids = (select jsonb_agg(id order by position) from member),
      rejected = coalesce((
        select jsonb_agg(jsonb_build_object('subscriberId', subscriber_id, 'reason', ${refusal}::text) order by position)
        from member where id is null), '[]'::jsonb)
    where b.issue_id = ${issueId} and b.no = ${no} and ${isUnresolved(which)}`);
  return done.rowCount === 1;
}

/** Keeps why a batch still waits. */
export async function noteUnresolved(
  db: Queryable,
  issueId: number,
  nos: readonly number[],
  note: string,
): Promise<void> {
  if (nos.length === 0) return;
  await db.execute(sql`
    update batches b set last_error = ${note}
    where b.issue_id = ${issueId} and b.no = any(${sql.param(nos)}::int[]) and ${isUnresolved('unanswered')}`);
}

/** Issues with batches that were tried and wait for an answer. */
export async function readIssuesWithUnresolved(db: Queryable): Promise<{ id: number; week: string }[]> {
  const { rows } = await db.execute<{ id: string; week: string }>(sql`
    select i.id, i.week from issues i
    where i.status in ('held', 'sending', 'paused', 'cancelled') and i.frozen_at is not null
      and exists (select from batches b where b.issue_id = i.id and ${isUnresolved('unanswered')})
    order by i.id`);
  return rows.map(({ id, week }) => ({ id: Number(id), week }));
}

/**
 * Books each unanswered batch of which the provider has reported something about everybody: what it reports on,
 * it took. Returns how many it booked. (The `limit` makes it a look-up a person, not a reading of all events.)
 */
export async function settleFromMailEvents(db: Queryable, issueId: number, note: string): Promise<number> {
  const done = await db.execute(sql`
    update batches b set status = 'submitted', submitted_at = clock_timestamp(), last_error = ${note}
    where b.issue_id = ${issueId} and ${isUnresolved('unanswered')} and b.count > b.skipped
      and not exists (
        select from deliveries d
        where d.issue_id = b.issue_id and d.batch_no = b.no and d.skipped_reason is null
          and (
            select 1 from mail_events e
            where e.subscriber_id = d.subscriber_id and e.issue_id = d.issue_id and e.batch_no = b.no limit 1) is null)`);
  return done.rowCount ?? 0;
}
