import { findIssue } from '../../db/queries/issue/issues.ts';
import { done, type Refusal, refuse, waitForPerson } from '../../domain/refusal.ts';
import { hashRendering } from '../compose/rendering.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';
import { type DeliverOptions, Delivery } from './delivery.ts';
import { finishIssue } from './finish-issue.ts';
import { holdSending } from './hold-pause-resume-cancel.ts';
import { batchBuilder } from './prepare-batches.ts';
import { publishIssueTemplate, templateReference } from './publish-template.ts';

/**
 * Batches that are claimed and recorded together where the pace has turns for as many, because a round trip to the
 * database costs as much as all other work on a templated batch. Next to the 10 MB of a batch of whole mails it is
 * little, and the first would have to wait for the bodies of the others.
 */
const together = { templated: 8, whole: 1 } as const;

/**
 * Delivers a frozen issue, then finishes it. Each batch goes through three steps:
 *
 * 1. claim: `claimBatches` gives it to this process under a lease, and at the first attempt skips whoever left
 *    since the freeze. The claim is committed before anything is posted.
 * 2. post: `prepareBatches` makes the body from the ledger alone and records its hash; at its turn it is posted under
 *    the one key that the batch has for ever. No transaction is open meanwhile.
 * 3. settle: `settleBatches` records the answer if the lease is still ours.
 *
 * `Delivery` does so with many batches at once. Any number of processes may do this at the same time and be killed at
 * any point (docs/delivery.md). Run again, it goes on where it was.
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
  if (!(await publishIssueTemplate(ctx, issue, options))) return done({});
  const template = templateReference(ctx, issue);
  const parts = {
    ctx,
    issue,
    toBatch: batchBuilder(issue, issue.frozenAt, template),
    together: template === undefined ? together.whole : together.templated,
  };
  await new Delivery(parts, options).run();
  await finishIssue(ctx, week);
  return done({});
}
