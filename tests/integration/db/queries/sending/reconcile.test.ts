import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  findUnresolvedRecipients,
  readUnresolved,
  settleFromSentLog,
} from '../../../../../src/db/queries/sending/reconcile.ts';
import { setAttempted } from '../../../../support/database/attempted-batches.ts';
import { storedIssue } from '../../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const notes = { note: 'found', refusal: 'refused' };
const ids = new Map([[1, 'id-1']]);

/** An issue of one batch that was attempted, in this status. */
async function attempted(status: string): Promise<{ pipeline: TestPipeline; issueId: number }> {
  const pipeline = await shared.frozen(1);
  await setAttempted(pipeline.db, status);
  return { pipeline, issueId: (await storedIssue(pipeline.db)).id };
}

describe.each([
  ['unknown', true, true],
  ['held', true, true],
  ['pending', false, true],
  ['submitting', false, false],
  ['submitted', false, false],
  ['split', false, false],
  ['cancelled', false, false],
])('an attempted batch that is %s', (status, unanswered, all) => {
  it.each([
    ['unanswered', unanswered],
    ['all', all],
  ] as const)('is among %s: settled from the list, or else left alone', async (which, isUnresolved) => {
    const { pipeline, issueId } = await attempted(status);
    const { db } = pipeline;
    expect(await readUnresolved(db, issueId, which)).toHaveLength(isUnresolved ? 1 : 0);
    expect(await findUnresolvedRecipients(db, issueId, which, ['reader-1@readers.example'])).toHaveLength(
      isUnresolved ? 1 : 0,
    );
    expect(await settleFromSentLog(db, issueId, 1, which, ids, notes)).toBe(isUnresolved);
    const { rows } = await db.execute(sql`select status, last_error from batches`);
    expect(rows).toEqual([
      isUnresolved ? { status: 'submitted', last_error: 'found' } : { status, last_error: null },
    ]);
  });
});

it('a held batch that was never attempted is among all, not among the unanswered', async () => {
  const { pipeline, issueId } = await attempted('held');
  await pipeline.db.execute(sql`update batches set first_attempt_at = null, body_sha256 = null`);
  expect(await readUnresolved(pipeline.db, issueId, 'unanswered')).toEqual([]);
  expect(await readUnresolved(pipeline.db, issueId, 'all')).toHaveLength(1);
});
