import type { IssueRow } from '../../db/queries/issue/issues.ts';
import type { ClaimedBatch } from '../../db/queries/sending/claims.ts';
import { recordBodies, settleWaiting } from '../../db/queries/sending/settlements.ts';
import { describeError } from '../../domain/redact.ts';
import type { EmailBatch, PreparedBatch } from '../../domain/sending/mailer.ts';
import { sharedFiller, templateFiller } from '../../render/fill.ts';
import type { PipelineContext } from '../context.ts';

export type ToBatch = (claim: ClaimedBatch) => EmailBatch;

export interface ReadyBatch {
  readonly claim: ClaimedBatch;
  readonly body: PreparedBatch;
}

/**
 * Makes the bodies of claimed batches and records their hashes; returns those that may be posted. A batch whose body
 * cannot be made, or is not that of its first attempt, is held. A batch whose claim was lost is left out.
 */
export async function prepareBatches(
  ctx: PipelineContext,
  issue: IssueRow,
  claims: readonly ClaimedBatch[],
  toBatch: ToBatch,
): Promise<readonly ReadyBatch[]> {
  return recordHashes(ctx, issue, await makeBodies(ctx, claims, toBatch));
}

/** Makes the bodies; a batch whose body cannot be made is held. */
async function makeBodies(
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
