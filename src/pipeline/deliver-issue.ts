import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClaimedBatch,
  claimBatch,
  expireUnanswered,
  nextBatch,
  nextClaimInMs,
  type PostableBatch,
  settleSubmitted,
  settleWaiting,
} from '../db/queries/batches.ts';
import { findIssue, type IssueRow } from '../db/queries/issues.ts';
import { idempotencyKey } from '../domain/delivery.ts';
import type { EmailBatch, PreparedBatch } from '../domain/mailer.ts';
import { type Refusal, refuse, waitForPerson } from '../domain/refusal.ts';
import { withoutReaders } from '../domain/without-readers.ts';
import { issueFiller, templateFiller } from '../render/fill.ts';
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

type ToBatch = (batch: PostableBatch) => EmailBatch;

async function deliverNext(
  ctx: PipelineContext,
  issue: IssueRow,
  toBatch: ToBatch,
  { signal, onSettled }: DeliverOptions,
): Promise<boolean> {
  if (signal?.aborted === true) return false;
  const ready = await claimAndPrepare(ctx, issue, toBatch);
  if (ready === null) return false;
  await postBatch(ctx, issue, ready);
  onSettled?.(ready.claim.recipients.length);
  return true;
}

interface ReadyBatch {
  readonly claim: ClaimedBatch;
  /** Null when it is settled without a post. */
  readonly prepared: PreparedBatch | null;
}

/**
 * A claim and the hash of its body are one commit: whoever posts, the body is on record. A batch whose body
 * cannot be made waits for a person rather than stop all others. Null when none can be claimed.
 */
async function claimAndPrepare(
  ctx: PipelineContext,
  issue: IssueRow,
  toBatch: ToBatch,
): Promise<ReadyBatch | null> {
  return ctx.db.transaction(async (tx) => {
    const batch = await nextBatch(tx, issue.id, ctx.clock.now());
    if (batch === null) return null;
    const [prepared, fault] = await prepare(ctx, batch, toBatch);
    const claim = await claimBatch(tx, batch, { leaseMs, sha256: prepared?.sha256 ?? null });
    if (fault !== null) await settleWaiting(tx, claim, 'held', fault);
    else if (prepared === null) await settleSubmitted(tx, claim, [], []);
    return { claim, prepared };
  });
}

/** The body, null when nobody is left to get it; or why it cannot be made. */
async function prepare(
  ctx: PipelineContext,
  batch: PostableBatch,
  toBatch: ToBatch,
): Promise<[PreparedBatch | null, string | null]> {
  if (batch.recipients.length === 0) return [null, null];
  try {
    return [await ctx.mailer.prepare(toBatch(batch)), null];
  } catch (error) {
    ctx.observe({ kind: 'failed', what: 'body', error });
    return [null, `Its body cannot be made: ${withoutReaders(String(error))}`];
  }
}

async function postBatch(
  ctx: PipelineContext,
  issue: IssueRow,
  { claim, prepared }: ReadyBatch,
): Promise<void> {
  if (prepared === null) return;
  if (claim.bodySha256 !== null && claim.bodySha256 !== prepared.sha256) {
    const reason =
      'The body is no longer the one of the first attempt (was the program updated in mid-send?).';
    await settleWaiting(ctx.db, claim, 'held', reason);
    return;
  }
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
      ? issueFiller(issue, issue.envelope)
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
