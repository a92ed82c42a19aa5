import type { IssueRow } from '../../db/queries/issue/issues.ts';
import type { ClaimedBatch } from '../../db/queries/sending/claims.ts';
import { recordBodies, settleWaiting } from '../../db/queries/sending/settlements.ts';
import { describeError } from '../../domain/redact.ts';
import { idempotencyKey } from '../../domain/sending/delivery.ts';
import type { EmailBatch, PreparedBatch } from '../../domain/sending/mailer.ts';
import type { BatchOutcome } from '../../domain/sending/outcome.ts';
import { sharedFiller, templateFiller } from '../../render/fill.ts';
import type { PipelineContext } from '../context.ts';

export interface Answered {
  readonly claim: ClaimedBatch;
  readonly outcome: BatchOutcome;
}

export type ToBatch = (claim: ClaimedBatch) => EmailBatch;

interface ReadyBatch {
  readonly claim: ClaimedBatch;
  readonly body: PreparedBatch;
}

/**
 * Posts claimed batches side by side, and returns when all answers are there. A batch without recipients counts as
 * submitted and is not posted; one whose body cannot be made, or is not that of its first attempt, is held. A batch
 * whose claim was lost is left out. Posted again, a batch has the same key and the same bytes.
 */
export async function postBatches(
  ctx: PipelineContext,
  issue: IssueRow,
  claims: readonly ClaimedBatch[],
  toBatch: ToBatch,
): Promise<readonly Answered[]> {
  const withRecipients = claims.filter((claim) => !isEmpty(claim));
  const ready = await recordHashes(ctx, issue, await prepareBodies(ctx, withRecipients, toBatch));
  const answered = await Promise.all(
    ready.map(async ({ claim, body }) => ({
      claim,
      outcome: await body.post(idempotencyKey(issue, claim.no)),
    })),
  );
  return [...claims.filter(isEmpty).map(submittedToNobody), ...answered];
}

const isEmpty = ({ recipients }: ClaimedBatch) => recipients.length === 0;

const submittedToNobody = (claim: ClaimedBatch): Answered => ({
  claim,
  outcome: { kind: 'submitted', ids: [], rejected: [] },
});

/** Makes the bodies; a batch whose body cannot be made is held. */
async function prepareBodies(
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
 * Records the hash of each first body before it is posted, and returns the batches that may be posted. A body that
 * differs from the one of its first attempt is held: posted under the same key it would be refused, and under
 * another it could reach people twice. A batch whose claim was lost is not returned either.
 */
async function recordHashes(
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
      'The body differs from that of the first attempt (was the program updated while the issue was being sent?).';
    await settleWaiting(ctx.db, batch.claim, 'held', reason);
  }
  return prepared.filter((batch) => recorded.has(batch.claim.no) || isSame(batch));
}

/** Builds a batch's emails from the ledger alone, so that they are the same at every attempt. */
export function batchBuilder(issue: IssueRow, date: Date, template: { alias: string } | undefined): ToBatch {
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
