import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';

/** Puts every batch into this status, as after a first attempt, with what its status requires. */
export async function setAttempted(db: Db, status: string): Promise<void> {
  const isClaimed = status === 'submitting';
  await db.execute(sql`
    update batches set status = ${status}, first_attempt_at = clock_timestamp(), body_sha256 = 'of the body', attempts = 1,
      token = case when ${isClaimed} then gen_random_uuid() end,
      lease_until = case when ${isClaimed} then clock_timestamp() + interval '1 minute' end,
      submitted_at = case when ${status === 'submitted'} then clock_timestamp() end`);
}
