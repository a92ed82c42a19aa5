import { subDays } from 'date-fns/subDays';
import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';
import type { TestPipeline } from './test-pipeline.ts';

/** Ends the subscriptions of these addresses, so many days ago. */
export async function leftDaysAgo(
  { db, clock }: Pick<TestPipeline, 'db' | 'clock'>,
  days: number,
  ...emails: readonly string[]
): Promise<void> {
  await db.execute(sql`
    update subscribers set status = 'unsubscribed', unsubscribed_at = ${subDays(clock.now(), days)}
    where email = any(${sql.param(emails)}::text[])`);
}

/** All subscribers and hashes, and each delivery with its address. */
export async function peopleAndDeliveries(db: Db): Promise<unknown> {
  const subscribers = await db.execute(
    sql`select id::int as id, email, status, reader_token from subscribers order by id`,
  );
  const hashes = await db.execute(
    sql`select address_hash, suppression, left_at, reader_token, secret_id from erased_addresses order by address_hash collate "C"`,
  );
  const deliveries = await db.execute(
    sql`select issue_id::int as issue, subscriber_id::int as id, email, reader_token from deliveries order by 1, 2`,
  );
  return { subscribers: subscribers.rows, hashes: hashes.rows, deliveries: deliveries.rows };
}
