import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { issueStatus } from '../../src/pipeline/report/issue-status.ts';
import type { Provider } from './provider.ts';

export interface Account {
  readonly audience: number;
  readonly submitted: number;
  readonly skipped: number;
  /** People who left while the issue was being sent. */
  readonly unsubscribed: number;
  /** In the audience, neither skipped nor rejected, and the provider never got them. */
  readonly lost: number;
  /** Emails beyond the first to one person. */
  readonly duplicated: number;
  /** Their unsubscribing was committed before their batch was tried for the first time. */
  readonly mailedAfterUnsubscribing: number;
  /** Emails to people who are not in the audience, or are booked as skipped. */
  readonly mailedToOthers: number;
  /** The ledger's sum is its audience, and what it calls submitted is what the provider accepted. */
  readonly balances: boolean;
  /** Its unique key stands in the way of a second delivery of the issue to one person. */
  readonly refusesDoubles: boolean;
}

interface Delivery extends Record<string, unknown> {
  readonly email: string;
  readonly skipped: boolean;
  readonly rejected: boolean;
  readonly first_attempt_at: string | null;
}

/** Compares what the provider accepted with what the ledger says, person by person. */
export async function accountFor(
  db: Db,
  provider: Provider,
  week: string,
  unsubscribed: ReadonlyMap<string, Date>,
): Promise<Account> {
  const times = new Map<string, number>();
  for await (const { to } of provider.accepted()) times.set(to, (times.get(to) ?? 0) + 1);

  const { rows } = await db.execute<Delivery>(sql`
    select d.email, d.skipped_reason is not null as skipped, b.first_attempt_at,
      b.rejected @> jsonb_build_array(jsonb_build_object('subscriberId', d.subscriber_id)) as rejected
    from deliveries d join batches b on b.issue_id = d.issue_id and b.no = d.batch_no`);
  let [lost, afterUnsubscribing, members] = [0, 0, 0];
  for (const delivery of rows) {
    const got = times.get(delivery.email) ?? 0;
    if (delivery.skipped) continue;
    if (got > 0) members += 1;
    if (got === 0 && !delivery.rejected) lost += 1;
    const left = unsubscribed.get(delivery.email);
    if (got > 0 && left !== undefined && left < new Date(delivery.first_attempt_at ?? 0))
      afterUnsubscribing += 1;
  }
  const accepted = [...times.values()].reduce((sum, n) => sum + n, 0);
  const status = await issueStatus({ db, clock: { now: () => new Date() } }, week);
  if (!status.ok) throw new Error(status.message);
  const { audience, submitted, skipped, balances } = status.report;
  return {
    audience,
    submitted,
    skipped,
    unsubscribed: unsubscribed.size,
    lost,
    duplicated: accepted - times.size,
    mailedAfterUnsubscribing: afterUnsubscribing,
    mailedToOthers: times.size - members,
    refusesDoubles: await refusesDoubles(db),
    balances: balances && submitted === times.size && rows.length === audience,
  };
}

async function refusesDoubles(db: Db): Promise<boolean> {
  const { rowCount } = await db
    .execute(sql`
    insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
    select issue_id, subscriber_id, email, reader_token, batch_no, position from deliveries limit 1
    on conflict (issue_id, subscriber_id) do nothing`)
    .catch(() => ({ rowCount: 1 }));
  return rowCount === 0;
}
