import { describe, expect, it } from 'vitest';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { comingIssue, unfinishedIssue } from '../../../../src/pipeline/report/coming-issue.ts';
import { cancelIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { daysAgo, importAll, published } from '../../../support/pipeline/compose.ts';
import { tickAndRunJobs } from '../../../support/pipeline/run-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
/** Week 2026-W48, whose slot was on Tuesday the 24th. */
const friday = '2026-11-27T12:00:00Z';
const nextTuesday = new Date('2026-12-01T09:00:00Z');

async function ready(settings: Parameters<typeof shared.empty>[0] = {}): Promise<TestPipeline> {
  const pipeline = shared.empty(settings);
  await importAll(pipeline.db, [published('one', daysAgo(1)), published('two', daysAgo(2))]);
  await addReaders(pipeline.db, 3);
  return pipeline;
}

describe('the coming issue', () => {
  it('on a Friday is next Tuesday’s, never one of a week whose slot is over', async () => {
    const ctx = at(await ready(), friday);
    expect(await comingIssue(ctx)).toEqual({ week: '2026-W49', slot: nextTuesday, issue: null });
    must(await composeIssue(ctx, '2026-W49', { by: 'Ada' }));
    expect(await comingIssue(ctx)).toMatchObject({ week: '2026-W49', issue: { status: 'draft' } });
  });

  it('before the slot is this week’s', async () => {
    expect(await comingIssue(at(await ready(), '2026-11-23T10:00:00Z'))).toMatchObject({ week: '2026-W48' });
  });

  it('is the week of the slot in TIMEZONE, which need not be the week in UTC', async () => {
    const timeZone = 'Pacific/Auckland';
    const ctx = at(await ready({ timeZone, schedule: { cron: '0 8 * * 1', timeZone } }), friday);
    expect(await comingIssue(ctx)).toMatchObject({
      week: '2026-W49',
      slot: new Date('2026-11-29T19:00:00Z'),
    });
  });

  it('is a draft that still waits after its slot, as long as the slot is open', async () => {
    const pipeline = await ready({ approval: 'required' });
    await tickAndRunJobs(pipeline, '2026-11-23T09:00:00Z');
    await tickAndRunJobs(pipeline, '2026-11-24T09:00:00Z');
    expect(await comingIssue(at(pipeline, '2026-11-24T15:00:00Z'))).toMatchObject({
      ...{ week: '2026-W48', slot: new Date('2026-11-24T09:00:00Z') },
      issue: { status: 'draft' },
    });
  });

  it('is the earliest where several are drafts', async () => {
    const ctx = at(await ready({ maxComparisons: 1 }), friday);
    must(await composeIssue(ctx, '2026-W50', { by: 'Ada' }));
    expect(await comingIssue(ctx)).toMatchObject({ week: '2026-W50' });
    must(await composeIssue(ctx, '2026-W49', { by: 'Ada' }));
    expect(await comingIssue(ctx)).toMatchObject({ week: '2026-W49' });
  });

  it('is the one after an issue that went out before its slot, or was cancelled', async () => {
    const ctx = at(await ready({ maxComparisons: 1 }), friday);
    must(await composeIssue(ctx, '2026-W49', { by: 'Ada' }));
    must(await approveIssue(ctx, '2026-W49', { by: 'Ada' }));
    must(await sendIssue(ctx, '2026-W49', 'Ada'));
    must(await composeIssue(ctx, '2026-W50', { by: 'Ada' }));
    must(await cancelIssue(ctx, '2026-W50', { by: 'Ada' }));
    expect(await comingIssue(ctx)).toMatchObject({ week: '2026-W51', issue: null });
  });

  it('is not the one that is being sent, which is unfinished until it is sent or cancelled', async () => {
    const ctx = at(await ready(), friday);
    expect(await unfinishedIssue(ctx)).toBeNull();
    must(await composeIssue(ctx, '2026-W49', { by: 'Ada' }));
    expect(await unfinishedIssue(ctx)).toBeNull();
    must(await approveIssue(ctx, '2026-W49', { by: 'Ada' }));
    await sendIssue(ctx, '2026-W49', 'Ada', { signal: AbortSignal.abort() });
    expect(await unfinishedIssue(ctx)).toMatchObject({ week: '2026-W49', status: 'sending' });
    expect(await comingIssue(ctx)).toMatchObject({ week: '2026-W50' });
    must(await cancelIssue(ctx, '2026-W49', { by: 'Ada' }));
    expect(await unfinishedIssue(ctx)).toBeNull();
  });
});
