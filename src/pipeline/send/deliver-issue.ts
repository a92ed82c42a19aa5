import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import { claimBatches, expireUnanswered, nextClaimInMs } from '../../db/queries/sending/claims.ts';
import { done, type Refusal, refuse, waitForPerson } from '../../domain/refusal.ts';
import { hashRendering } from '../compose/rendering.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';
import { finishIssue } from './finish-issue.ts';
import { holdSending } from './hold-pause-resume-cancel.ts';
import { type Answered, batchBuilder, postBatches, type ToBatch } from './post-batches.ts';
import { publishIssueTemplate, templateReference } from './publish-template.ts';
import { settleBatches } from './settle-batches.ts';
import { sleep } from './shared-pace.ts';

/** Longer than a request (10 s at most) plus a pause of a busy machine; short enough to wait for when a worker dies. */
const leaseMs = 25_000;

/**
 * Batches that are claimed, posted and settled together where the pace allows hundreds of requests a second, because
 * one round trip to the database costs as much as all other work on a batch. Whole mails go one batch at a time:
 * next to 10 MB a round trip is little, and eight uploads at once might not end before a request times out.
 */
const groupSize = { templated: 8, whole: 1 } as const;

/** How long to wait before looking again while other workers hold the last batches; doubles from first to longest. */
const waitMs = { first: 20, longest: 1_000 } as const;

export interface DeliverOptions {
  /** Stops after the batches that are being posted; the next run goes on. */
  readonly signal?: AbortSignal;
  /** Called for each batch whose answer this process recorded, with its number of recipients. */
  readonly onSettled?: (recipients: number) => void;
  /** Called once, when all batches left are held by other workers or not due yet. */
  readonly onWaiting?: (forAtMostMs: number) => void;
}

/**
 * Delivers a frozen issue, then finishes it. Each batch goes through three steps:
 *
 * 1. claim: `claimBatches` gives it to this worker under a lease, and at the first attempt skips whoever left
 *    since the freeze. The claim is committed before anything is posted.
 * 2. post: `postBatches` makes the body from the ledger alone, records its hash, and posts it under the one key
 *    that the batch has for ever. No transaction is open meanwhile.
 * 3. settle: `settleBatches` records the answer if the lease is still ours.
 *
 * Any number of processes may do this at once and be killed at any point (docs/delivery.md). Run again, it goes on
 * where it was.
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
    await ctx.db.transaction((tx) => holdSending(ctx, tx, issue.id, reason));
    return waitForPerson(`Issue ${week} is held. ${reason}`);
  }
  if (!(await publishIssueTemplate(ctx, issue, options.signal))) return done({});
  const template = templateReference(ctx, issue);
  const group = {
    size: template === undefined ? groupSize.whole : groupSize.templated,
    toBatch: batchBuilder(issue, issue.frozenAt, template),
  };
  await deliverBatches(ctx, issue, group, options);
  await finishIssue(ctx, week);
  return done({});
}

interface Group {
  readonly size: number;
  readonly toBatch: ToBatch;
}

/** Until no batch is left that may be posted, waiting for those that other workers hold or that are not due yet. */
async function deliverBatches(
  ctx: PipelineContext,
  issue: IssueRow,
  group: Group,
  options: DeliverOptions,
): Promise<void> {
  const stopped = () => options.signal?.aborted === true;
  let waits = 0;
  let onWaiting = options.onWaiting;
  let dueInMs = await nextClaimInMs(ctx.db, issue.id);
  while (!stopped()) {
    if (dueInMs === 0) {
      if ((await deliverGroup(ctx, issue, group, options)) > 0) {
        // There may be more to claim, which another claim finds out without asking first.
        waits = 0;
        continue;
      }
      if (stopped()) return;
      dueInMs = await nextClaimInMs(ctx.db, issue.id);
      // Due, and still not claimable: another process is just claiming it, or hangs with the row locked.
      if (dueInMs === 0) dueInMs = waitMs.longest;
    }
    if (dueInMs === null && (await expireUnanswered(ctx.db, issue.id)) === 0) return;
    onWaiting?.(dueInMs ?? 0);
    onWaiting = undefined;
    const longest = Math.min(waitMs.first * 2 ** waits, waitMs.longest);
    await sleep(Math.min(Math.max(dueInMs ?? 0, waitMs.first), longest), options.signal);
    waits += 1;
    dueInMs = await nextClaimInMs(ctx.db, issue.id);
  }
}

/** Claims, posts and settles one group. Returns how many batches it claimed; 0 when there were none, or when stopped. */
async function deliverGroup(
  ctx: PipelineContext,
  issue: IssueRow,
  { size, toBatch }: Group,
  { signal, onSettled }: DeliverOptions,
): Promise<number> {
  const atMost = await ctx.pace.turns(size, signal);
  if (atMost === 0) return 0;
  const claims = await claimBatches(ctx.db, issue.id, { leaseMs, at: ctx.clock.now(), atMost });
  const answered = await postBatches(ctx, issue, claims, toBatch);
  for (const answer of await settleBatches(ctx, answered)) {
    observeAnswer(ctx, issue, answer);
    onSettled?.(answer.claim.recipients.length);
  }
  return claims.length;
}

function observeAnswer(ctx: PipelineContext, issue: IssueRow, { claim, outcome }: Answered): void {
  const submitted = outcome.kind === 'submitted';
  ctx.observe({
    kind: 'batch-answered',
    week: issue.week,
    batch: claim.no,
    attempt: claim.attempts,
    outcome: outcome.kind,
    submitted: submitted ? outcome.ids.filter((id) => id !== null).length : 0,
    rejected: submitted ? outcome.rejected.length : 0,
    reason: submitted ? null : outcome.reason,
  });
}
