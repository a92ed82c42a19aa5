import { beforeEach, describe, expect, it } from 'vitest';
import { readLog } from '../../../../src/db/queries/issue/issue-log.ts';
import { issueNumberFor, releaseComparisons } from '../../../../src/db/queries/issue/issues.ts';
import { moveIssue } from '../../../../src/db/queries/issue/move-issue.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import { cancelIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { daysAgo, importAll, published, storedIssue } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
let made = 0;
beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 2);
});

/** Composes a week's issue from a comparison of its own; its number. */
async function compose(week: string): Promise<number> {
  made += 1;
  await importAll(pipeline.db, [published(`pair-${made}`, daysAgo(1))]);
  const composed = must(await composeIssue(pipeline, week, { by: 'Ada' }));
  if (composed.kind !== 'composed') throw new Error('nothing to compose');
  expect(composed.issue.content.number).toBe(composed.issue.number);
  return composed.issue.number;
}
const approve = async (week: string) => must(await approveIssue(pipeline, week, { by: 'Ada' }));
const freeze = async (week: string) => must(await freezeIssue(pipeline, week, 'Ada'));
const cancel = async (week: string) => must(await cancelIssue(pipeline, week, { by: 'Ada' }));
async function miss(week: string): Promise<void> {
  const { id } = await storedIssue(pipeline.db, week);
  await pipeline.db.transaction(async (tx) => {
    await moveIssue(tx, id, 'miss', { at: tuesday, who: 'schedule' });
    await releaseComparisons(tx, id);
  });
}
const numberOf = async (week: string) => (await storedIssue(pipeline.db, week)).number;
const gaps = async (week: string) =>
  (await readLog(pipeline.db, week)).filter(({ what }) => what === 'gap in the numbers');

describe('the number of an issue', () => {
  it('is one more than that of the week before', async () => {
    expect([await compose('2026-W47'), await compose('2026-W48'), await compose('2026-W49')]).toEqual([
      1, 2, 3,
    ]);
  });

  it.each([
    ['missed', miss],
    ['cancelled', cancel],
  ])('is free for the next draft when the issue is %s before it is frozen', async (_, end) => {
    await compose('2026-W47');
    await end('2026-W47');
    expect(await compose('2026-W48')).toBe(1);
  });

  it('stays with an issue that was cancelled while it was sent', async () => {
    await compose('2026-W47');
    await approve('2026-W47');
    await freeze('2026-W47');
    await cancel('2026-W47');
    expect(await compose('2026-W48')).toBe(2);
  });

  it('is made anew each time a draft is composed or edited', async () => {
    await compose('2026-W47');
    expect(await compose('2026-W48')).toBe(2);
    await miss('2026-W47');
    must(await editIssue(pipeline, '2026-W48', { subject: 'Another' }, 'Ada'));
    expect(await numberOf('2026-W48')).toBe(1);
  });

  it('is never changed once it is approved; the gap is logged when the issue is frozen', async () => {
    await compose('2026-W47');
    await compose('2026-W48');
    await approve('2026-W48');
    await miss('2026-W47');
    expect(await numberOf('2026-W48')).toBe(2);
    expect(await gaps('2026-W48')).toEqual([]);
    await freeze('2026-W48');
    expect(await numberOf('2026-W48')).toBe(2);
    expect(await gaps('2026-W48')).toMatchObject([
      { who: 'Ada', reason: 'number 1 stays free: this issue was approved as number 2' },
    ]);
    expect(await compose('2026-W49')).toBe(3);
  });

  it('leaves no gap where none is', async () => {
    await compose('2026-W47');
    await approve('2026-W47');
    await freeze('2026-W47');
    expect(await gaps('2026-W47')).toEqual([]);
  });

  it('of an earlier week composed late is the highest so far, so that no number is used twice', async () => {
    expect(await compose('2026-W48')).toBe(1);
    await approve('2026-W48');
    await freeze('2026-W48');
    expect(await compose('2026-W49')).toBe(2);
    await approve('2026-W49');
    expect(await compose('2026-W47')).toBe(3);
    expect(await issueNumberFor(pipeline.db, '2026-W47')).toBe(3);
    expect(await compose('2026-W50')).toBe(4);
  });

  it('is another for a missed issue that is opened again, where its own is taken', async () => {
    await compose('2026-W47');
    await miss('2026-W47');
    expect(await compose('2026-W48')).toBe(1);
    expect(await compose('2026-W47')).toBe(2);
  });
});
