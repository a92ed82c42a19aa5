import { sql } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';
import { type ClaimedBatch, clearedLease } from './claims.ts';
import { claimsTable, isClaimedStill } from './settlements.ts';

type Claim = Pick<ClaimedBatch, 'no' | 'token'>;

const tableOf = (claims: readonly Claim[]) => claimsTable(claims.map(({ no, token }) => ({ no, token })));

/** Begins the leases of batches anew whose answers take long, of those that are still ours. */
export async function renewLeases(
  db: Queryable,
  issueId: number,
  claims: readonly Claim[],
  leaseMs: number,
): Promise<void> {
  await db.execute(sql`
    update batches b set lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    from ${tableOf(claims)} where ${isClaimedStill(issueId, claims)}`);
}

/** Gives back claimed batches that were not posted, of those that are still ours, as if they had not been claimed. */
export async function releaseClaims(db: Queryable, issueId: number, claims: readonly Claim[]): Promise<void> {
  await db.execute(sql`
    update batches b set status = 'pending', ${clearedLease}, attempts = b.attempts - 1,
      first_attempt_at = case when b.attempts > 1 then b.first_attempt_at end,
      body_sha256 = case when b.attempts > 1 then b.body_sha256 end
    from ${tableOf(claims)} where ${isClaimedStill(issueId, claims)}`);
}
