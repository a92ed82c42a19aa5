import type { Queryable } from '../../../src/db/client.ts';
import { type ClaimedBatch, claimBatches } from '../../../src/db/queries/sending/claims.ts';
import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import { settleBatches } from '../../../src/pipeline/send/settle-batches.ts';

/** The next batch that may be posted, or null. */
export async function claimBatch(
  db: Queryable,
  issueId: number,
  options: { readonly leaseMs: number; readonly at: Date },
): Promise<ClaimedBatch | null> {
  const [claim] = await claimBatches(db, issueId, { ...options, atMost: 1 });
  return claim ?? null;
}

export const settleBatch = (ctx: PipelineContext, claim: ClaimedBatch, outcome: BatchOutcome) =>
  settleBatches(ctx, [{ claim, outcome }]);
