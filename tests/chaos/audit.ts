import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { issueStatus } from '../../src/pipeline/report/issue-status.ts';
import type { FakeResendProcess } from '../support/fake-resend/process.ts';

export interface Audit {
  readonly audience: number;
  readonly submitted: number;
  readonly skipped: number;
  /** Subscribers who left while the issue was being sent. */
  readonly unsubscribed: number;
  /** In the audience, neither skipped nor rejected, but the provider never accepted an email to them. */
  readonly lost: number;
  /** Emails beyond the first to the same person. */
  readonly duplicated: number;
  /** Had unsubscribed, and it was committed, before the first attempt at their batch. */
  readonly mailedAfterUnsubscribing: number;
  /** People who got an email but are not in the audience, or are skipped in the ledger. */
  readonly mailedToOthers: number;
  /** The ledger adds up to its audience, and its submitted deliveries are those that the provider accepted. */
  readonly balances: boolean;
  /** A unique key keeps a second delivery of the issue to one subscriber out of the ledger. */
  readonly rejectsSecondDelivery: boolean;
}

interface Delivery extends Record<string, unknown> {
  readonly email: string;
  readonly skipped: boolean;
  readonly rejected: boolean;
  readonly first_attempt_at: string | null;
}

/**
 * Compares what the provider accepted with what the ledger says, person by person.
 *
 * @param unsubscribed when each address left, as the database's clock had it after the commit
 */
export async function audit(
  db: Db,
  provider: FakeResendProcess,
  week: string,
  unsubscribed: ReadonlyMap<string, Date>,
): Promise<Audit> {
  const emailsTo = new Map<string, number>();
  for await (const { to } of provider.accepted()) emailsTo.set(to, (emailsTo.get(to) ?? 0) + 1);

  const { rows } = await db.execute<Delivery>(sql`
    select d.email, d.skipped_reason is not null as skipped, b.first_attempt_at,
      b.rejected @> jsonb_build_array(jsonb_build_object('subscriberId', d.subscriber_id)) as rejected
    from deliveries d join batches b on b.issue_id = d.issue_id and b.no = d.batch_no`);
  let [lost, mailedAfterUnsubscribing, mailedMembers] = [0, 0, 0];
  for (const delivery of rows) {
    if (delivery.skipped) continue;
    const mailed = emailsTo.has(delivery.email);
    if (mailed) mailedMembers += 1;
    if (!mailed && !delivery.rejected) lost += 1;
    const left = unsubscribed.get(delivery.email);
    if (mailed && left !== undefined && left < new Date(delivery.first_attempt_at ?? 0))
      mailedAfterUnsubscribing += 1;
  }
  const accepted = [...emailsTo.values()].reduce((sum, n) => sum + n, 0);
  const status = await issueStatus({ db, clock: { now: () => new Date() } }, week);
  if (!status.ok) throw new Error(status.message);
  const { audience, submitted, skipped, balances } = status.report;
  return {
    audience,
    submitted,
    skipped,
    unsubscribed: unsubscribed.size,
    lost,
    duplicated: accepted - emailsTo.size,
    mailedAfterUnsubscribing,
    mailedToOthers: emailsTo.size - mailedMembers,
    rejectsSecondDelivery: await rejectsSecondDelivery(db),
    balances: balances && submitted === emailsTo.size && rows.length === audience,
  };
}

async function rejectsSecondDelivery(db: Db): Promise<boolean> {
  const { rowCount } = await db
    .execute(sql`
    insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
    select issue_id, subscriber_id, email, reader_token, batch_no, position from deliveries limit 1
    on conflict (issue_id, subscriber_id) do nothing`)
    .catch(() => ({ rowCount: 1 }));
  return rowCount === 0;
}
