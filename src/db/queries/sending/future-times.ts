import { sql } from 'drizzle-orm';
import { keyWorksMs } from '../../../domain/sending/short-mail.ts';
import type { Queryable } from '../../client.ts';

/** The longest that each may lie ahead: a claim, a wait that a provider asks for, the end of a daily quota. */
const longestLease = sql`interval '1 minute'`;
const longestWait = sql`interval '1 hour'`;
const longestQuotaMs = 24 * 3_600_000 + 60_000;

/**
 * After the database's clock or a machine's ran ahead: cuts leases, waits, the next turn of a rate limit and the ends of
 * quotas that lie further ahead than they ever should. An attempt in the future counts as 23 hours old, since
 * nobody knows whether the provider still has its idempotency key. Run again, it changes nothing.
 */
export async function cutFutureTimes(db: Queryable, now: Date): Promise<void> {
  // least() alone would give a batch without a lease one.
  await db.execute(sql`
    update batches set
      lease_until = case when lease_until is not null then least(lease_until, clock_timestamp() + ${longestLease}) end,
      not_before = case when not_before is not null then least(not_before, clock_timestamp() + ${longestWait}) end,
      first_attempt_at = case when first_attempt_at > clock_timestamp() then clock_timestamp() - interval '23 hours'
        else first_attempt_at end
    where status in ('pending', 'submitting') and (first_attempt_at > clock_timestamp()
      or lease_until > clock_timestamp() + ${longestLease} or not_before > clock_timestamp() + ${longestWait})`);
  await db.execute(sql`
    update rate_limits set tat = clock_timestamp() + ${longestWait} where tat > clock_timestamp() + ${longestWait}`);
  const lastEnd = new Date(now.getTime() + longestQuotaMs);
  await db.execute(sql`
    update short_mails set not_before = least(not_before, ${lastEnd}),
      uncertain_since = case when uncertain_since > ${now} then ${new Date(now.getTime() - keyWorksMs)} else uncertain_since end
    where status = 'waiting' and (not_before > ${lastEnd} or uncertain_since > ${now})`);
  await db.execute(
    sql`update issues set resume_at = ${lastEnd} where status = 'paused' and resume_at > ${lastEnd}`,
  );
}
