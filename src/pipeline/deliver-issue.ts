import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClaimedBatch,
  claimBatch,
  expireUnanswered,
  nextClaimInMs,
  recordBody,
  settleSubmitted,
  settleWaiting,
} from '../db/queries/batches.ts';
import { findIssue, type IssueRow } from '../db/queries/issues.ts';
import { idempotencyKey } from '../domain/delivery.ts';
import type { EmailBatch, PreparedBatch } from '../domain/mailer.ts';
import { type Refusal, refuse, waitForPerson } from '../domain/refusal.ts';
import { withoutReaders } from '../domain/without-readers.ts';
import { sharedFiller, templateFiller } from '../render/fill.ts';
import type { PipelineContext } from './context.ts';
import { finishIssue } from './finish-issue.ts';
import { holdSending } from './hold-sending.ts';
import { noIssue } from './no-issue.ts';
import { publishIssue, templateReference } from './publish-issue.ts';
import { hashRendering } from './rendering.ts';
import { settleBatch } from './settle-batch.ts';

/** Longer than a request may take (10 s) and than the pause of a busy machine; shorter than patience. */
const leaseMs = 25_000;

/** How long to wait before looking again while others hold the last batches. */
const maxWaitMs = 1_000;

export interface DeliverOptions {
  /** Stops after the batch in hand; the next run goes on. */
  readonly signal?: AbortSignal;
  /** Called after each batch that this process settled, with how many recipients it held. */
  readonly onSettled?: (recipients: number) => void;
  /** Called once when only batches in other hands are left. */
  readonly onWaiting?: (forAtMostMs: number) => void;
}

/**
 * Claims, posts and settles batches until none is left that may be posted, then finishes the issue. Any number
 * of processes may do this at once, and be killed at any point: each batch is posted under one key for ever.
 * No transaction is open while the request is on its way.
 */
export async function deliverIssue(
  ctx: PipelineContext,
  week: string,
  options: DeliverOptions = {},
): Promise<Refusal | { readonly ok: true }> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) return noIssue(week);
  if (issue.frozenAt === null) return refuse(`Issue ${week} is ${issue.status}; it is not frozen yet.`);
  if (hashRendering(issue, issue.envelope) !== issue.approvedSha256) {
    const reason =
      'Its stored bytes are no longer what was approved. Put them back from a backup and resume, or cancel it.';
    await holdSending(ctx, issue, reason);
    return waitForPerson(`Issue ${week} is held. ${reason}`);
  }
  if (!(await publishIssue(ctx, issue, options.signal))) return { ok: true };
  const toBatch = batchFactory(issue, issue.frozenAt, templateReference(ctx, issue));
  let waited = false;
  let nextMs = await nextClaimInMs(ctx.db, issue.id);
  while (options.signal?.aborted !== true) {
    if (nextMs === 0) {
      await ctx.pace.turn(options.signal);
      // As long as there is something to claim nobody asks when there will be.
      if (!(await deliverNext(ctx, issue, toBatch, options))) nextMs = await nextClaimInMs(ctx.db, issue.id);
      continue;
    }
    if (nextMs === null && (await expireUnanswered(ctx.db, issue.id)) === 0) break;
    if (!waited) options.onWaiting?.(nextMs ?? 0);
    waited = true;
    await sleep(Math.min(Math.max(nextMs ?? 0, 50), maxWaitMs));
    nextMs = await nextClaimInMs(ctx.db, issue.id);
  }
  await finishIssue(ctx, week);
  return { ok: true };
}

type ToBatch = (claim: ClaimedBatch) => EmailBatch;

async function deliverNext(
  ctx: PipelineContext,
  issue: IssueRow,
  toBatch: ToBatch,
  { signal, onSettled }: DeliverOptions,
): Promise<boolean> {
  if (signal?.aborted === true) return false;
  const claim = await claimBatch(ctx.db, issue.id, { leaseMs, at: ctx.clock.now() });
  if (claim === null) return false;
  const prepared = await prepareBatch(ctx, claim, toBatch);
  if (prepared !== null) await postBatch(ctx, issue, claim, prepared);
  onSettled?.(claim.recipients.length);
  return true;
}

/**
 * The body, its hash on record before anybody posts it. Null when there is nothing to post: nobody is left to get
 * it, the claim was lost, or the body is not (or no longer) what it should be, which a person must look at.
 */
async function prepareBatch(
  ctx: PipelineContext,
  claim: ClaimedBatch,
  toBatch: ToBatch,
): Promise<PreparedBatch | null> {
  if (claim.recipients.length === 0) {
    await settleSubmitted(ctx.db, claim, [], []);
    return null;
  }
  let prepared: PreparedBatch;
  try {
    prepared = await ctx.mailer.prepare(toBatch(claim));
  } catch (error) {
    ctx.observe({ kind: 'failed', what: 'body', error });
    const reason = `Its body cannot be made: ${withoutReaders(String(error))}`;
    await settleWaiting(ctx.db, claim, 'held', reason);
    return null;
  }
  if (claim.bodySha256 === null) return (await recordBody(ctx.db, claim, prepared.sha256)) ? prepared : null;
  if (claim.bodySha256 === prepared.sha256) return prepared;
  const reason = 'The body is no longer the one of the first attempt (was the program updated in mid-send?).';
  await settleWaiting(ctx.db, claim, 'held', reason);
  return null;
}

async function postBatch(
  ctx: PipelineContext,
  issue: IssueRow,
  claim: ClaimedBatch,
  prepared: PreparedBatch,
): Promise<void> {
  const outcome = await prepared.post(idempotencyKey(issue, claim.no));
  await settleBatch(ctx, claim, outcome);
  const accepted = outcome.kind === 'submitted' ? outcome.ids.filter((id) => id !== null).length : 0;
  ctx.observe({
    kind: 'batch-settled',
    week: issue.week,
    batch: claim.no,
    attempt: claim.attempts,
    outcome: outcome.kind,
    submitted: accepted,
    rejected: outcome.kind === 'submitted' ? outcome.rejected.length : 0,
    reason: outcome.kind === 'submitted' ? null : outcome.reason,
  });
}

/** The body of a batch: a function of the ledger alone, the same at every attempt. */
function batchFactory(issue: IssueRow, date: Date, template: { alias: string } | undefined): ToBatch {
  const fill =
    template === undefined
      ? sharedFiller(issue, issue.envelope)
      : templateFiller(issue, issue.envelope, template.alias);
  return ({ no, recipients }) => ({
    group: issue.week,
    date,
    emails: recipients.map((recipient) =>
      fill(recipient, {
        issue: String(issue.id),
        batch: String(no),
        delivery: String(recipient.subscriberId),
      }),
    ),
  });
}
