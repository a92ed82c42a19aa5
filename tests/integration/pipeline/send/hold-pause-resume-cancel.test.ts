import { afterEach, describe, expect, it } from 'vitest';
import { moveIssue } from '../../../../src/db/queries/issue/move-issue.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { balancedReport, postWithoutAnswer } from '../../../support/pipeline/claim-batch.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

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

describe.each([
  ['a person', 'pause'],
  ['a quota', 'pause for quota'],
] as const)('an issue that %s paused', (_, move) => {
  async function pause(): Promise<void> {
    const { id } = await storedIssue(pipeline.db);
    await pipeline.db.transaction((tx) => moveIssue(tx, id, move, { at: tuesday, who: 'test' }));
    expect(await storedIssue(pipeline.db)).toMatchObject({ status: 'paused' });
  }

  it('is held when a person holds it', async () => {
    pipeline = await frozenIssue(2);
    await pause();
    must(await holdIssue(pipeline, week, { by: 'Ada', reason: 'wrong price' }));
    expect(await storedIssue(pipeline.db)).toMatchObject({ heldKind: 'editor', heldReason: 'wrong price' });
  });

  it('is held when the answer to a batch attempted before needs a person', async () => {
    pipeline = await frozenIssue(2);
    await postWithoutAnswer(pipeline);
    await pause();
    const stop = new AbortController();
    const mailer = scriptedMailer(() => {
      stop.abort();
      return { kind: 'hold-issue', reason: 'the key is wrong', attempted: false };
    });
    must(await deliverIssue({ ...pipeline, mailer }, week, { signal: stop.signal }));
    expect(await storedIssue(pipeline.db)).toMatchObject({
      heldKind: 'provider',
      heldReason: 'Batch 1: the key is wrong',
    });
  });
});
