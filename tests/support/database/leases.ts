import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';

/** Ends the leases of all batches, as 25 seconds after the death of their process. */
export async function endLeases(db: Db): Promise<void> {
  await db.execute(sql`update batches set lease_until = clock_timestamp() where status = 'submitting'`);
}
