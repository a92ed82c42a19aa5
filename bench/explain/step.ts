import { sql } from 'drizzle-orm';
import type { Tx } from '../../src/db/client.ts';
import { type ClaimedBatch, claimBatches } from '../../src/db/queries/sending/claims.ts';
import { now } from '../support/context.ts';

export interface Step {
  readonly name: string;
  /**
   * Explains what it runs on `observed`; prepares on `tx`. Returns how many rows its caller gets, or for how many it
   * decides something.
   */
  readonly run: (observed: Tx, tx: Tx) => Promise<number>;
  /** It sums up many rows, so it may read many. */
  readonly isAggregate?: true;
}

const atMost = 8;

export const claim = (tx: Tx, issueId: number) =>
  claimBatches(tx, issueId, { leaseMs: 25_000, at: now, atMost });

export const recipients = (claims: readonly ClaimedBatch[]) => claims.flatMap((one) => one.recipients);

export async function deliveriesOf(tx: Tx, reader: number): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from deliveries where subscriber_id = ${reader} and issue_id in (select id from issues)`,
  );
  return rows[0]?.n ?? 0;
}
