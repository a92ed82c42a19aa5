import type { Tx } from '../../db/client.ts';
import { lockIssueById, moveIssue } from '../../db/queries/issue/issues.ts';
import type { ClaimedBatch } from '../../db/queries/sending/claims.ts';
import {
  type Accepted,
  moveToNewBatches,
  settleRetry,
  settleSplit,
  settleSubmitted,
  settleWaiting,
} from '../../db/queries/sending/settlements.ts';
import { type BatchOutcome, retryDelayMs } from '../../domain/sending/outcome.ts';
import type { PipelineContext } from '../context.ts';
import { tellEditors } from '../notify/tell-editors.ts';

type Submitted = Extract<BatchOutcome, { kind: 'submitted' }>;
type Refused = Extract<BatchOutcome, { kind: 'refused' }>;
type PauseIssue = Extract<BatchOutcome, { kind: 'pause-issue' }>;
type HoldIssue = Extract<BatchOutcome, { kind: 'hold-issue' }>;

/** A batch that may have been accepted is asked for again well within the provider's memory of its key. */
const maxPauseMs = 3_600_000;

export interface Answered {
  readonly claim: ClaimedBatch;
  readonly outcome: BatchOutcome;
}

/**
 * Books the provider's answers to batches of one issue where the claim is still ours: who lost the lease books
 * nothing. What was accepted is booked in one statement, other answers in a transaction each; one that cannot be
 * booked keeps none of the others. Gives back the answers but those of batches that somebody else has booked.
 */
export async function settleBatches(
  ctx: PipelineContext,
  answered: readonly Answered[],
): Promise<readonly Answered[]> {
  const [first] = answered;
  if (first === undefined) return [];
  const accepted = answered.filter(isAccepted);
  const others = answered.filter((answer) => !isAccepted(answer));
  const [booked, ...settled] = await Promise.allSettled([
    settleSubmitted(ctx.db, first.claim.issueId, accepted.map(toAccepted)),
    ...others.map((answer) => settleOther(ctx, answer)),
  ]);
  for (const result of [booked, ...settled]) if (result.status === 'rejected') throw result.reason;
  const numbers = booked.status === 'fulfilled' ? booked.value : new Set();
  return [...accepted.filter(({ claim }) => numbers.has(claim.no)), ...others];
}

type AnsweredSubmitted = Answered & { readonly outcome: Submitted };

/** Every recipient was accepted, or rejected for a reason of their own. */
function isAccepted(answer: Answered): answer is AnsweredSubmitted {
  const { claim, outcome } = answer;
  return outcome.kind === 'submitted' && addsUp(claim, outcome) && faultOfOurs(claim, outcome) === null;
}

function toAccepted({ claim, outcome }: AnsweredSubmitted): Accepted {
  const { no, token } = claim;
  const { ids, rejected } = outcome;
  return {
    no,
    token,
    ids,
    rejected: rejected.map(({ index, reason }) => ({ subscriberId: subscriberAt(claim, index), reason })),
  };
}

async function settleOther(ctx: PipelineContext, { claim, outcome }: Answered): Promise<void> {
  switch (outcome.kind) {
    case 'submitted':
      return bookOddAnswer(ctx, claim, outcome);
    case 'retry': {
      const afterMs = outcome.afterMs ?? retryDelayMs(claim.attempts, claim.no);
      await settleRetry(ctx.db, claim, outcome.reason, afterMs, outcome.attempted);
      return;
    }
    case 'refused':
      return bisect(ctx, claim, outcome);
    case 'unknown':
      await settleWaiting(ctx.db, claim, 'unknown', outcome.reason);
      return;
    case 'hold-batch':
      await settleWaiting(ctx.db, claim, 'held', outcome.reason);
      return;
    case 'pause-issue':
      return pauseIssue(ctx, claim, outcome);
    case 'hold-issue':
      return holdIssue(ctx, claim, outcome);
  }
}

async function bookOddAnswer(ctx: PipelineContext, claim: ClaimedBatch, outcome: Submitted): Promise<void> {
  if (!addsUp(claim, outcome)) {
    const reason = `The answer does not add up: ${claim.recipients.length} posted, ${countAccepted(outcome)} accepted, ${outcome.rejected.length} rejected.`;
    await settleWaiting(ctx.db, claim, 'held', reason);
    return;
  }
  const fault = faultOfOurs(claim, outcome);
  if (fault !== null) await setAside(ctx, claim, outcome, fault);
}

const countAccepted = ({ ids }: Submitted) => ids.filter((id) => id !== null).length;

const addsUp = ({ recipients }: ClaimedBatch, outcome: Submitted) =>
  outcome.ids.length === recipients.length &&
  countAccepted(outcome) + outcome.rejected.length === recipients.length;

/** A reason that is not about one recipient, or the same one for half of the batch: nobody's address is at fault. */
function faultOfOurs({ recipients }: ClaimedBatch, { rejected }: Submitted): string | null {
  const general = rejected.find((rejection) => !rejection.aboutRecipient);
  if (general !== undefined) return general.reason;
  if (recipients.length < 2) return null;
  const counts = new Map<string, number>();
  for (const { reason } of rejected) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  for (const [reason, count] of counts) if (count * 2 >= recipients.length) return reason;
  return null;
}

/** No first attempts until then. */
async function pauseIssue(ctx: PipelineContext, claim: ClaimedBatch, outcome: PauseIssue): Promise<void> {
  const { reason, afterMs } = outcome;
  await ctx.db.transaction(async (tx) => {
    await lockIssueById(tx, claim.issueId);
    if (!(await putBack(tx, claim, reason, Math.min(afterMs, maxPauseMs), false))) return;
    const resumeAt = new Date(ctx.clock.now().getTime() + afterMs);
    await moveIssue(tx, claim.issueId, ['sending'], 'paused', { resumeAt });
  });
}

async function holdIssue(ctx: PipelineContext, claim: ClaimedBatch, outcome: HoldIssue): Promise<void> {
  const { reason, attempted } = outcome;
  await ctx.db.transaction(async (tx) => {
    if ((await lockIssueById(tx, claim.issueId)) === 'cancelled') {
      // Nothing resumes a cancelled issue: the batch would be claimed and refused again for ever.
      await settleWaiting(tx, claim, 'held', reason);
    } else if (await putBack(tx, claim, reason, 0, attempted)) {
      await holdIssueOf(ctx, tx, claim, reason);
    }
  });
}

/**
 * To be posted later. If the provider surely did nothing at this batch's first attempt, its people move to a
 * batch never tried: its 23 hours have not begun, and it leaves out who leaves meanwhile. Otherwise it keeps
 * its key and its people. False when the claim was lost.
 */
async function putBack(
  tx: Tx,
  claim: ClaimedBatch,
  reason: string,
  afterMs: number,
  attempted: boolean,
): Promise<boolean> {
  if (attempted || claim.attempts > 1) return settleRetry(tx, claim, reason, afterMs, attempted);
  if (!(await settleSplit(tx, claim, reason))) return false;
  const everybody = claim.recipients.map((recipient) => recipient.subscriberId);
  await moveToNewBatches(tx, claim, [everybody], reason);
  return true;
}

/** Keeps what was accepted, moves the rest to a batch with a new key for later, holds the issue. */
async function setAside(
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
    await holdIssueOf(ctx, tx, claim, reason);
  });
}

/** Nothing was accepted: halve the batch until the recipient at fault stands alone, and reject only that one. */
async function bisect(ctx: PipelineContext, claim: ClaimedBatch, outcome: Refused): Promise<void> {
  const ids = claim.recipients.map((recipient) => recipient.subscriberId);
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
    if (others.length === 0) await holdIssueOf(ctx, tx, claim, outcome.reason);
  });
}

function subscriberAt(claim: ClaimedBatch, index: number): number {
  const recipient = claim.recipients[index];
  if (recipient === undefined) throw new RangeError(`batch ${claim.no} has no position ${index}`);
  return recipient.subscriberId;
}

async function holdIssueOf(ctx: PipelineContext, tx: Tx, claim: ClaimedBatch, reason: string): Promise<void> {
  const heldReason = `Batch ${claim.no}: ${reason}`;
  const week = await moveIssue(tx, claim.issueId, ['sending', 'paused'], 'held', { heldReason });
  if (week !== null) await tellEditors(ctx, tx, { kind: 'issue-held', week, reason: heldReason });
}
