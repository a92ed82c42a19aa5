import { afterEach, describe, expect, it } from 'vitest';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { balancedReport, postWithoutAnswer } from '../../../support/pipeline/claim-batch.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

const report = () => balancedReport(pipeline);

describe('while an issue is being sent', () => {
  it('a pause stops first attempts, but a batch already attempted is settled', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(250, mailer);
    await postWithoutAnswer(pipeline);
    await pauseIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'paused', submitted: 100, pending: 150 });
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 250 });
  });

  it('a hold stops all claims', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(3, mailer);
    await holdIssue(pipeline, week, { by: 'Ada', reason: 'wrong price in the lead' });
    await deliverIssue(pipeline, week);
    expect(mailer.posted).toEqual([]);
    expect(await report()).toMatchObject({
      status: 'held',
      heldReason: 'wrong price in the lead',
      pending: 3,
    });
  });

  it('a cancel ends batches never attempted, and those attempted are settled', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(250, mailer);
    await postWithoutAnswer(pipeline);
    await cancelIssue(pipeline, week, { by: 'Ada' });
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 100 });
    await deliverIssue(pipeline, week);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, submitted: 100 });
  });
});
