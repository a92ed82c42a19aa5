import type { Tx } from '../../db/client.ts';
import { lockIssueById } from '../../db/queries/issue/issues.ts';
import type { ClaimedBatch } from '../../db/queries/sending/claims.ts';
import {
  moveToNewBatches,
  settleRetry,
  settleSplit,
  settleSubmitted,
} from '../../db/queries/sending/settlements.ts';
import type { BatchOutcome } from '../../domain/sending/outcome.ts';
import type { PipelineContext } from '../context.ts';
import { holdSending } from './hold-pause-resume-cancel.ts';

export type Submitted = Extract<BatchOutcome, { kind: 'submitted' }>;
type Refused = Extract<BatchOutcome, { kind: 'refused' }>;

/**
 * Splits a batch that was refused as a whole: its halves are posted under new keys, and halved again, until the
 * recipient at fault is alone. Only that one is rejected, or, if the reason is not about the recipient, the issue is
 * held. Does nothing when the claim was lost.
 */
export async function bisect(ctx: PipelineContext, claim: ClaimedBatch, outcome: Refused): Promise<void> {
  const ids = subscribersOf(claim);
  await ctx.db.transaction(async (tx) => {
    await lockIssueById(tx, claim.issueId);
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0 && outcome.aboutRecipient) {
      const rejected = [{ subscriberId: only, reason: outcome.reason }];
      await settleSubmitted(tx, claim.issueId, [{ ...claim, ids: [null], rejected }]);
      return;
    }
    if (!(await settleSplit(tx, claim, outcome.reason))) return;
    const half = Math.ceil(ids.length / 2);
    const halves = [ids.slice(0, half), ids.slice(half)].filter((part) => part.length > 0);
    await moveToNewBatches(tx, claim, halves, outcome.reason);
    if (others.length === 0) await holdBecauseOf(ctx, tx, claim, outcome.reason);
  });
}

/**
 * Settles the recipients that were accepted, moves those that were refused to a new batch under a new key, and holds
 * the issue. Does nothing when the claim was lost.
 */
export async function setAside(
  ctx: PipelineContext,
  claim: ClaimedBatch,
  outcome: Submitted,
  reason: string,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockIssueById(tx, claim.issueId);
    const refused = outcome.rejected.map(({ index }) => subscriberAt(claim, index));
    const acceptedIds = outcome.ids.filter((id) => id !== null);
    const settled =
      acceptedIds.length === 0
        ? await settleSplit(tx, claim, reason)
        : (await settleSubmitted(tx, claim.issueId, [{ ...claim, ids: acceptedIds, rejected: [] }])).size ===
          1;
    if (!settled) return;
    await moveToNewBatches(tx, claim, [refused], reason);
    await holdBecauseOf(ctx, tx, claim, reason);
  });
}

/**
 * Puts a batch back, to be posted after `afterMs`. If this was its first attempt and the provider certainly did
 * nothing, its recipients move to a new batch: its 23 hours have not begun, and whoever leaves meanwhile is left out.
 * Otherwise it keeps its key and its recipients. False when the claim was lost. The caller has locked the issue.
 */
export async function putBack(
  tx: Tx,
  claim: ClaimedBatch,
  reason: string,
  afterMs: number,
  attempted: boolean,
): Promise<boolean> {
  if (attempted || claim.attempts > 1) return settleRetry(tx, claim, reason, afterMs, attempted);
  if (!(await settleSplit(tx, claim, reason))) return false;
  await moveToNewBatches(tx, claim, [subscribersOf(claim)], reason);
  return true;
}

/** Holds the issue because of the answer to one batch. */
export async function holdBecauseOf(
  ctx: PipelineContext,
  tx: Tx,
  claim: ClaimedBatch,
  reason: string,
): Promise<void> {
  await holdSending(ctx, tx, claim.issueId, `Batch ${claim.no}: ${reason}`);
}

const subscribersOf = (claim: ClaimedBatch) => claim.recipients.map(({ subscriberId }) => subscriberId);

export function subscriberAt(claim: ClaimedBatch, index: number): number {
  const recipient = claim.recipients[index];
  if (recipient === undefined) throw new RangeError(`batch ${claim.no} has no position ${index}`);
  return recipient.subscriberId;
}
