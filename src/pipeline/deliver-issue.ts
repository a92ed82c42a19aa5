import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimedBatch, claimBatches, expireUnanswered, nextClaimInMs } from '../db/queries/claims.ts';
import { findIssue, type IssueRow } from '../db/queries/issues.ts';
import { recordBodies, settleSubmitted, settleWaiting } from '../db/queries/settlements.ts';
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
import { type Answered, settleBatches } from './settle-batches.ts';

/** Longer than a request may take (10 s) and than the pause of a busy machine; shorter than patience. */
const leaseMs = 25_000;

/**
 * Batches claimed, posted and booked together where the pace allows hundreds of requests a second: each trip to
 * the database costs as much as all the work on a batch. Not of whole mails: 10 MB each, beside which it is little.
 */
const groupSize = { template: 8, inline: 1 } as const;

/** How long to wait before looking again while others hold the last batches: they may be done at once, or gone. */
const waitMs = { first: 20, longest: 1_000 } as const;

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
  let waits = 0;
  let nextMs = await nextClaimInMs(ctx.db, issue.id);
  while (options.signal?.aborted !== true) {
    if (nextMs === 0) {
      const atMost = await ctx.pace.turns(groupSize[ctx.settings.mode], options.signal);
      if (atMost === 0) break;
      const claims = await claimBatches(ctx.db, issue.id, { leaseMs, at: ctx.clock.now(), atMost });
      await deliverBatches(ctx, issue, claims, toBatch, options);
      // As long as there is something to claim nobody asks when there will be.
      if (claims.length === 0) nextMs = await nextClaimInMs(ctx.db, issue.id);
      continue;
    }
    if (nextMs === null && (await expireUnanswered(ctx.db, issue.id)) === 0) break;
    if (waits === 0) options.onWaiting?.(nextMs ?? 0);
    await sleep(Math.min(Math.max(nextMs ?? 0, waitMs.first), waitMs.first * 2 ** waits, waitMs.longest));
    waits += 1;
    nextMs = await nextClaimInMs(ctx.db, issue.id);
  }
  await finishIssue(ctx, week);
  return { ok: true };
}

type ToBatch = (claim: ClaimedBatch) => EmailBatch;

interface ReadyBatch {
  readonly claim: ClaimedBatch;
  readonly body: PreparedBatch;
}

/** Posts claimed batches at once, and books the answers when all are there. */
async function deliverBatches(
  ctx: PipelineContext,
  issue: IssueRow,
  claims: readonly ClaimedBatch[],
  toBatch: ToBatch,
  { onSettled }: DeliverOptions,
): Promise<void> {
  const ready = await readyToPost(ctx, issue, await prepareBatches(ctx, claims, toBatch));
  const answered = await Promise.all(
    ready.map(async ({ claim, body }) => ({
      claim,
      outcome: await body.post(idempotencyKey(issue, claim.no)),
    })),
  );
  await settleBatches(ctx, answered);
  for (const answer of answered) tell(ctx, issue, answer);
  for (const { recipients } of claims) onSettled?.(recipients.length);
}

/** The bodies of the batches; one that has nobody left, or whose body cannot be made, is booked as such. */
async function prepareBatches(
  ctx: PipelineContext,
  claims: readonly ClaimedBatch[],
  toBatch: ToBatch,
): Promise<readonly ReadyBatch[]> {
  const prepared: ReadyBatch[] = [];
  for (const claim of claims) {
    if (claim.recipients.length === 0) {
      await settleSubmitted(ctx.db, claim.issueId, [{ ...claim, ids: [], rejected: [] }]);
      continue;
    }
    try {
      prepared.push({ claim, body: await ctx.mailer.prepare(toBatch(claim)) });
    } catch (error) {
      ctx.observe({ kind: 'failed', what: 'body', error });
      await settleWaiting(ctx.db, claim, 'held', `Its body cannot be made: ${withoutReaders(String(error))}`);
    }
  }
  return prepared;
}

/**
 * Those that may be posted: the hash of the body is on record before anybody posts it, and the body is still the
 * same at each later attempt, or else a person must look. One whose claim was lost meanwhile is left alone.
 */
async function readyToPost(
  ctx: PipelineContext,
  issue: IssueRow,
  prepared: readonly ReadyBatch[],
): Promise<readonly ReadyBatch[]> {
  const firsts = prepared.filter(({ claim }) => claim.bodySha256 === null);
  const bodies = firsts.map(({ claim: { no, token }, body: { sha256 } }) => ({ no, token, sha256 }));
  const recorded = await recordBodies(ctx.db, issue.id, bodies);
  const isSame = ({ claim, body }: ReadyBatch) => claim.bodySha256 === body.sha256;
  for (const batch of prepared) {
    if (batch.claim.bodySha256 === null || isSame(batch)) continue;
    const reason =
      'The body is no longer the one of the first attempt (was the program updated in mid-send?).';
    await settleWaiting(ctx.db, batch.claim, 'held', reason);
  }
  return prepared.filter((batch) => recorded.has(batch.claim.no) || isSame(batch));
}

function tell(ctx: PipelineContext, issue: IssueRow, { claim, outcome }: Answered): void {
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
