import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import {
  type ClaimedBatch,
  claimBatches,
  expireUnanswered,
  nextClaimInMs,
} from '../../db/queries/sending/claims.ts';
import { recordBodies, settleWaiting } from '../../db/queries/sending/settlements.ts';
import { describeError } from '../../domain/redact.ts';
import { type Refusal, refuse, waitForPerson } from '../../domain/refusal.ts';
import { idempotencyKey } from '../../domain/sending/delivery.ts';
import type { EmailBatch, PreparedBatch } from '../../domain/sending/mailer.ts';
import { sharedFiller, templateFiller } from '../../render/fill.ts';
import { hashRendering } from '../compose/rendering.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../no-issue.ts';
import { sleep } from '../sleep.ts';
import { finishIssue } from './finish-issue.ts';
import { holdSending } from './hold-sending.ts';
import { publishIssue, templateReference } from './publish-template.ts';
import { type Answered, settleBatches } from './settle-batches.ts';

/** Longer than a request may take (10 s) and than the pause of a busy machine; shorter than patience. */
const leaseMs = 25_000;

/**
 * Batches claimed, posted and booked together where the pace allows hundreds of requests a second: each trip to
 * the database costs as much as all the work on a batch. One at a time of whole mails: beside 10 MB a trip is little,
 * and eight uploads at once might not end before a request times out.
 */
const groupSize = { templated: 8, whole: 1 } as const;

/** How long to wait before looking again while others hold the last batches: they may be done at once, or gone. */
const waitMs = { first: 20, longest: 1_000 } as const;

export interface DeliverOptions {
  /** Stops after the batches in hand; the next run goes on. */
  readonly signal?: AbortSignal;
  /** Called for each batch whose answer this process booked, with how many recipients it held. */
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
  const template = templateReference(ctx, issue);
  const toBatch = batchFactory(issue, issue.frozenAt, template);
  const together = template === undefined ? groupSize.whole : groupSize.templated;
  let saidWaiting = false;
  let waits = 0;
  let nextMs = await nextClaimInMs(ctx.db, issue.id);
  while (options.signal?.aborted !== true) {
    if (nextMs === 0) {
      const atMost = await ctx.pace.turns(together, options.signal);
      if (atMost === 0) break;
      const claims = await claimBatches(ctx.db, issue.id, { leaseMs, at: ctx.clock.now(), atMost });
      await deliverBatches(ctx, issue, claims, toBatch, options);
      if (claims.length > 0) {
        // As long as there is something to claim nobody asks when there will be.
        waits = 0;
        continue;
      }
      nextMs = await nextClaimInMs(ctx.db, issue.id);
      // Due, and yet not to be had: another process is just taking it, or sleeps over its lock.
      if (nextMs === 0) nextMs = waitMs.longest;
    }
    if (nextMs === null && (await expireUnanswered(ctx.db, issue.id)) === 0) break;
    if (!saidWaiting) options.onWaiting?.(nextMs ?? 0);
    saidWaiting = true;
    const longest = Math.min(waitMs.first * 2 ** waits, waitMs.longest);
    await sleep(Math.min(Math.max(nextMs ?? 0, waitMs.first), longest), options.signal);
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
  const manned = claims.filter((claim) => !isEmpty(claim));
  const ready = await readyToPost(ctx, issue, await prepareBatches(ctx, manned, toBatch));
  const answered = await Promise.all(
    ready.map(async ({ claim, body }) => ({
      claim,
      outcome: await body.post(idempotencyKey(issue, claim.no)),
    })),
  );
  const booked = await settleBatches(ctx, [...claims.filter(isEmpty).map(nobodyLeft), ...answered]);
  for (const answer of booked) {
    tell(ctx, issue, answer);
    onSettled?.(answer.claim.recipients.length);
  }
}

const isEmpty = ({ recipients }: ClaimedBatch) => recipients.length === 0;

/** Everybody has left: there is nothing to post, and all are accounted for. */
const nobodyLeft = (claim: ClaimedBatch): Answered => ({
  claim,
  outcome: { kind: 'submitted', ids: [], rejected: [] },
});

/** The bodies of the batches; a batch whose body cannot be made is held. */
async function prepareBatches(
  ctx: PipelineContext,
  claims: readonly ClaimedBatch[],
  toBatch: ToBatch,
): Promise<readonly ReadyBatch[]> {
  const prepared: ReadyBatch[] = [];
  for (const claim of claims) {
    try {
      prepared.push({ claim, body: await ctx.mailer.prepare(toBatch(claim)) });
    } catch (error) {
      ctx.observe({ kind: 'failed', what: 'body', error });
      await settleWaiting(ctx.db, claim, 'held', `Its body cannot be made: ${describeError(error)}`);
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
    kind: 'batch-answered',
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
