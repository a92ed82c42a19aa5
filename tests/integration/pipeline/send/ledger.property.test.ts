import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { finishIssue } from '../../../../src/pipeline/send/finish-issue.ts';
import { pauseIssue, resumeIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { answers, LedgerModel } from '../../../support/pipeline/ledger-model.ts';
import { type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const readers = 11;

let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await frozenIssue(readers);
});
afterAll(() => pipeline.close());

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('post'), answer: fc.constantFrom(...answers) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('record'), newest: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unsubscribe'), nth: fc.nat(readers - 1) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'expire leases' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'pause' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'resume' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'finish' as const }) },
);

async function take(model: LedgerModel, action: typeof step extends fc.Arbitrary<infer T> ? T : never) {
  if ('answer' in action) await model.claimAndPost(action.answer);
  else if ('newest' in action) await model.record(action.newest);
  else if ('nth' in action) await model.unsubscribe(action.nth);
  else if (action.do === 'expire leases') await model.expireLeases();
  else if (action.do === 'pause') await pauseIssue(pipeline, week, { by: 'Ada' });
  else if (action.do === 'resume') await resumeIssue(pipeline, week, { by: 'Ada' });
  else await finishIssue(pipeline, week);
}

/** Everything goes well from here: answers come, dead workers' leases run out, people resume what is held. */
async function bringToAnEnd(model: LedgerModel): Promise<void> {
  for (;;) {
    await resumeIssue(pipeline, week, { by: 'Ada' });
    await model.expireLeases();
    if (!(await model.claimAndPost('accepts'))) break;
    await model.record(true);
  }
  await finishIssue(pipeline, week);
}

it('accounts for everyone and mails nobody twice, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 45 }), async (steps) => {
      const model = await LedgerModel.start(pipeline, 3);
      for (const action of steps) {
        await take(model, action);
        expect(await model.faults()).toEqual([]);
      }
      await bringToAnEnd(model);
      // Answers that come after the end, of workers long given up.
      while (model.unrecorded.length > 0) await model.record(false);
      expect(await model.faults()).toEqual([]);
      const report = await model.report();
      expect(report).toMatchObject({ audience: readers, pending: 0, unknown: 0 });
      expect(report.status).toBe(report.held > 0 ? 'held' : 'sent');
      const { rows } = await pipeline.db.execute<{ id: string }>(sql`
        select d.subscriber_id as id from deliveries d join batches b on b.issue_id = d.issue_id and b.no = d.batch_no
        where b.status = 'submitted' and d.skipped_reason is null
          and not b.rejected @> jsonb_build_array(jsonb_build_object('subscriberId', d.subscriber_id))`);
      expect(rows).toHaveLength(report.submitted);
      for (const { id } of rows) expect(model.provider.timesAccepted(Number(id))).toBe(1);
    }),
    { numRuns: 30 },
  );
});
