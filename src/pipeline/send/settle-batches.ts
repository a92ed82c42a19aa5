import { lockIssueById } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import type { ClaimedBatch } from '../../db/queries/sending/claims.ts';
import {
  type Accepted,
  settleRetry,
  settleSubmitted,
  settleWaiting,
} from '../../db/queries/sending/settlements.ts';
import { type BatchOutcome, retryDelayMs } from '../../domain/sending/outcome.ts';
import type { PipelineContext } from '../context.ts';
import { bisect, holdBecauseOf, putBack, type Submitted, setAside, subscriberAt } from './split-batch.ts';

export interface Answered {
  readonly claim: ClaimedBatch;
  readonly outcome: BatchOutcome;
}

type PauseIssue = Extract<BatchOutcome, { kind: 'pause-issue' }>;
type HoldIssue = Extract<BatchOutcome, { kind: 'hold-issue' }>;

/** A batch that may have been accepted is asked for again well within the provider's memory of its key. */
const maxPauseMs = 3_600_000;

/**
 * Records the provider's answers to batches of one issue, as the table in docs/delivery.md says. A worker that lost
 * its lease records nothing. All accepted batches are settled in one statement, every other answer in a transaction
 * of its own; an answer that cannot be recorded does not stop the others, and its error is thrown after them.
 * Returns the answers, without accepted ones that another process has settled.
 */
export async function settleBatches(
  ctx: PipelineContext,
  answered: readonly Answered[],
): Promise<readonly Answered[]> {
  const [first] = answered;
  if (first === undefined) return [];
  const accepted = answered.filter(isAccepted);
  const others = answered.filter((answer) => !isAccepted(answer));
  const [settled, ...rest] = await Promise.allSettled([
    settleSubmitted(ctx.db, first.claim.issueId, accepted.map(toAccepted)),
    ...others.map((answer) => settleOther(ctx, answer)),
  ]);
  for (const result of [settled, ...rest]) if (result.status === 'rejected') throw result.reason;
  const numbers = settled.status === 'fulfilled' ? settled.value : new Set();
  return [...accepted.filter(({ claim }) => numbers.has(claim.no)), ...others];
}

type AnsweredSubmitted = Answered & { readonly outcome: Submitted };

/** Every recipient was accepted, or rejected for a reason of their own. */
function isAccepted(answer: Answered): answer is AnsweredSubmitted {
  const { claim, outcome } = answer;
  return outcome.kind === 'submitted' && addsUp(claim, outcome) && sharedFault(claim, outcome) === null;
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
      return settleFaulty(ctx, claim, outcome);
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
      return putBackAndPause(ctx, claim, outcome);
    case 'hold-issue':
      return putBackAndHold(ctx, claim, outcome);
  }
}

/** An answer that says "submitted" and yet is not: its numbers are wrong, or it rejects recipients for a fault of ours. */
async function settleFaulty(ctx: PipelineContext, claim: ClaimedBatch, outcome: Submitted): Promise<void> {
  if (!addsUp(claim, outcome)) {
    const reason = `The answer does not add up: ${claim.recipients.length} posted, ${countAccepted(outcome)} accepted, ${outcome.rejected.length} rejected.`;
    await settleWaiting(ctx.db, claim, 'held', reason);
    return;
  }
  const fault = sharedFault(claim, outcome);
  if (fault !== null) await setAside(ctx, claim, outcome, fault);
}

const countAccepted = ({ ids }: Submitted) => ids.filter((id) => id !== null).length;

const addsUp = ({ recipients }: ClaimedBatch, outcome: Submitted) =>
  outcome.ids.length === recipients.length &&
  countAccepted(outcome) + outcome.rejected.length === recipients.length;

/**
 * A reason that is not about one recipient, or the same reason for half of the batch: no single address is at fault. When
 * those who were rejected for a reason are rejected for it again, after a person resumed the issue, they are.
 */
function sharedFault({ recipients, lastError }: ClaimedBatch, { rejected }: Submitted): string | null {
  const general = rejected.find((rejection) => !rejection.aboutRecipient);
  if (general !== undefined) return general.reason;
  if (recipients.length < 2) return null;
  const counts = new Map<string, number>();
  for (const { reason } of rejected) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  for (const [reason, count] of counts)
    if (count * 2 >= recipients.length && reason !== lastError) return reason;
  return null;
}

/** Pauses the issue until the provider takes mail again, and puts the batch back until then. */
async function putBackAndPause(
  ctx: PipelineContext,
  claim: ClaimedBatch,
  { reason, afterMs }: PauseIssue,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockIssueById(tx, claim.issueId);
    if (!(await putBack(tx, claim, reason, Math.min(afterMs, maxPauseMs), false))) return;
    const now = ctx.clock.now();
    const decision = { at: now, who: 'provider', reason };
    await moveIssue(tx, claim.issueId, 'pause for quota', decision, {
      resumeAt: new Date(now.getTime() + afterMs),
    });
  });
}

/** Holds the issue and puts the batch back, to be posted once a person has resumed it. */
async function putBackAndHold(
  ctx: PipelineContext,
  claim: ClaimedBatch,
  { reason, attempted }: HoldIssue,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    if ((await lockIssueById(tx, claim.issueId)) === 'cancelled') {
      // Nothing resumes a cancelled issue: put back, the batch would be claimed and refused for ever.
      await settleWaiting(tx, claim, 'held', reason);
    } else if (await putBack(tx, claim, reason, 0, attempted)) {
      await holdBecauseOf(ctx, tx, claim, reason);
    }
  });
}
