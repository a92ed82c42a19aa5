import { describe, expect, it } from 'vitest';
import { logDecision, readLog } from '../../../../../src/db/queries/issue/issue-log.ts';
import { approveIssue } from '../../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../../src/pipeline/compose/edit-issue.ts';
import { resolveBatch } from '../../../../../src/pipeline/recover/resolve-batch.ts';
import { deliverIssue } from '../../../../../src/pipeline/send/deliver-issue.ts';
import { freezeIssue } from '../../../../../src/pipeline/send/freeze-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../../../support/database/subscribers.ts';
import { scriptedMailer } from '../../../../support/mail/scripted-mailer.ts';
import { daysAgo, importAll, published, storedIssue } from '../../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday, week } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

async function told({ db }: TestPipeline): Promise<string[]> {
  const log = await readLog(db, week);
  return log.map(({ what, who, reason }) => [what, who, reason].filter(Boolean).join(' | ')).reverse();
}

describe('the log of decisions', () => {
  it('tells a week: each decision once, with who, when and why', async () => {
    const mailer = scriptedMailer(() =>
      mailer.posted.length === 1 ? { kind: 'unknown', reason: 'another body was posted' } : undefined,
    );
    const pipeline: TestPipeline = { ...shared.empty(), mailer };
    await importAll(pipeline.db, [published('one', daysAgo(1)), published('two', daysAgo(2))]);
    must(await composeIssue(pipeline, week, { by: 'schedule' }));
    must(await editIssue(pipeline, week, { subject: 'Two to ship', intro: 'Hello.' }, 'Ada'));
    const override = { rules: ['has-readers'], reason: 'imported tonight' };
    must(await approveIssue(pipeline, week, { by: 'Bob', override }));
    must(await editIssue(pipeline, week, { drop: ['two'] }, 'Ada'));
    must(await holdIssue(pipeline, week, { by: 'Cyd', reason: 'wrong price' }));
    must(await resumeIssue(pipeline, week, { by: 'Cyd', reason: 'fixed' }));
    await addReaders(pipeline.db, 150);
    must(await approveIssue(pipeline, week, { by: 'Bob' }));
    must(await freezeIssue(pipeline, week, 'schedule'));
    must(await pauseIssue(pipeline, week, { by: 'Ada' }));
    must(await resumeIssue(pipeline, week, { by: 'Ada' }));
    must(await deliverIssue(pipeline, week));
    must(await resolveBatch(pipeline, week, 1, { as: 'submitted', by: 'Bob', reason: 'it is listed' }));
    must(await deliverIssue(pipeline, week));

    expect(await told(pipeline)).toEqual([
      'composed | schedule',
      'edited | Ada | subject, intro',
      'override | Bob | has-readers: imported tonight',
      'approved | Bob',
      'approval void | Ada | drop',
      'edited | Ada | drop',
      'held | Cyd | wrong price',
      'resumed | Cyd | fixed',
      'approved | Bob',
      'frozen | schedule',
      'paused | Ada',
      'resumed | Ada',
      'held | pipeline | 1 batch(es) wait for a person: their outcome is not known or cannot be booked.',
      'resolved | Bob | batch 1 as submitted: it is listed',
      'resumed | Bob | every outcome is known',
      'sent | pipeline',
    ]);
    const { id } = await storedIssue(pipeline.db);
    for (const entry of await readLog(pipeline.db, week)) {
      expect(entry).toMatchObject({ week, issueId: id, at: tuesday });
    }
  });

  it('tells of a cancelled issue that is started over', async () => {
    const pipeline = shared.empty();
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await cancelIssue(pipeline, week, { by: 'Ada', reason: 'on holiday' }));
    must(await composeIssue(pipeline, week, { by: 'Bob' }));
    expect(await told(pipeline)).toEqual([
      'composed | Ada',
      'cancelled | Ada | on holiday',
      'reopened | Bob',
      'composed | Bob',
    ]);
  });

  it('has no row of a decision that was refused', async () => {
    const pipeline = shared.empty();
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    const before = await told(pipeline);
    expect(await approveIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ ok: false });
    expect(await pauseIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ ok: false });
    expect(await resumeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ ok: false });
    expect(await editIssue(pipeline, week, { drop: ['one'] }, 'Ada')).toMatchObject({ ok: false });
    expect(await freezeIssue(pipeline, week, 'Ada')).toMatchObject({ ok: false });
    expect(await told(pipeline)).toEqual(before);
  });

  it('has no row of a transaction that is rolled back', async () => {
    const { db } = shared.empty();
    const rolledBack = db.transaction(async (tx) => {
      await logDecision(tx, { week, at: tuesday, who: 'Ada', what: 'held' });
      throw new Error('the process fails here');
    });
    await expect(rolledBack).rejects.toThrow('fails here');
    expect(await readLog(db, week)).toEqual([]);
  });
});
