import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClaimedBatch } from '../../../../src/db/queries/sending/claims.ts';
import { maintainIssues } from '../../../../src/pipeline/recover/maintain-issues.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { balancedReport, claimBatch, postWithoutAnswer } from '../../../support/pipeline/claim-batch.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

const report = () => balancedReport(pipeline);

async function claim(leaseMs = 60_000): Promise<ClaimedBatch> {
  const { id } = await storedIssue(pipeline.db);
  const claimed = await claimBatch(pipeline.db, id, { leaseMs, at: tuesday });
  if (claimed === null) throw new Error('nothing to claim');
  return claimed;
}

describe('maintenance', () => {
  it('marks a batch as unknown when no answer came for 23 hours because the issue was held', async () => {
    pipeline = await frozenIssue(
      3,
      scriptedMailer(() => undefined),
    );
    await postWithoutAnswer(pipeline);
    await holdIssue(pipeline, week, { by: 'Ada', reason: 'wrong price in the lead' });
    await pipeline.db.execute(
      sql`update batches set first_attempt_at = first_attempt_at - interval '25 hours'`,
    );
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await maintainIssues(pipeline);
    expect(await report()).toMatchObject({ status: 'held', unknown: 3 });
  });

  it('cancels the recipients of a cancelled issue whose worker died before posting them', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await claim(0);
    await cancelIssue(pipeline, week, { by: 'Ada' });
    await maintainIssues(pipeline);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 3, pending: 0 });
  });

  it('keeps such recipients for later while the issue is paused', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await claim(0);
    await pauseIssue(pipeline, week, { by: 'Ada' });
    await maintainIssues(pipeline);
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 3 });
  });
});
