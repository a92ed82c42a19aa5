import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { releaseComparisons } from '../../../../src/db/queries/issue/issues.ts';
import { moveIssue } from '../../../../src/db/queries/issue/move-issue.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import {
  cancelIssue,
  holdIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { pairOf, panel } from '../../../support/content/fixtures.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import {
  composedSlugs,
  dayMs,
  daysAgo,
  importAll,
  published,
  slugsOf,
  storedIssue,
} from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const nextWeek = '2026-W49';
const nextTuesday = new Date(tuesday.getTime() + 7 * dayMs);

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = shared.empty();
});

async function send(): Promise<void> {
  await addReaders(pipeline.db, 2);
  must(await approveIssue(pipeline, week, { by: 'Ada' }));
  must(await sendIssue(pipeline, week, 'Ada'));
}

async function countIssues(): Promise<number> {
  const { rows } = await pipeline.db.execute<{ n: number }>(sql`select count(*)::int as n from issues`);
  return rows[0]?.n ?? -1;
}

describe('compose', () => {
  it('leads with the comparison that divides the reviewers most, then orders by date', async () => {
    const divided = pairOf(
      { slug: 'd1', reviews: panel('ship ship skip') },
      { slug: 'd2', reviews: panel('skip skip ship') },
      { slug: 'divided', publishedAt: daysAgo(6).toISOString() },
    );
    await importAll(pipeline.db, [published('newer', daysAgo(1)), published('older', daysAgo(2)), divided]);
    expect(await composedSlugs(pipeline)).toEqual(['divided', 'newer', 'older']);
  });

  it('records nothing in a week without candidates, and says what was left out', async () => {
    const stale = published('stale', daysAgo(2), { pricesCheckedAt: daysAgo(90).toISOString() });
    await importAll(pipeline.db, [stale]);
    expect(await composeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({
      ok: true,
      kind: 'nothing-new',
      leftOut: [{ slug: 'stale' }],
    });
    expect(await countIssues()).toBe(0);
  });

  it('makes the same draft when run twice', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1)), published('two', daysAgo(2))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    const first = await storedIssue(pipeline.db);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    expect(await storedIssue(pipeline.db)).toEqual(first);
  });

  it('picks again on a draft and keeps the editor’s changes', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(3)), published('two', daysAgo(2))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await editIssue(pipeline, week, { subject: 'Our own subject', drop: ['two'] }, 'Ada'));
    await importAll(pipeline.db, [published('three', daysAgo(1))]);
    expect(await composedSlugs(pipeline)).toEqual(['three', 'one']);
    expect(await storedIssue(pipeline.db)).toMatchObject({
      subject: 'Our own subject',
      edits: { drop: ['two'] },
      number: 1,
    });
  });

  it('keeps the composed content unchanged by later imports', async () => {
    const before = published('one', daysAgo(1));
    await importAll(pipeline.db, [before]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    await importAll(pipeline.db, [{ ...before, url: 'https://verdicts.example/moved' }]);
    expect((await storedIssue(pipeline.db)).content.comparisons[0]?.url).toBe(before.url);
  });

  it('takes the newest up to the maximum of an issue; the others roll over', async () => {
    const settings = { ...pipeline.settings, maxComparisons: 2 };
    await importAll(
      pipeline.db,
      [1, 2, 3, 4, 5].map((day) => published(`day-${day}`, daysAgo(day))),
    );
    expect(await composedSlugs({ ...pipeline, settings })).toEqual(['day-1', 'day-2']);
    expect(await composedSlugs({ ...at(pipeline, nextTuesday), settings }, nextWeek)).toEqual([
      'day-3',
      'day-4',
    ]);
  });

  it('puts no comparison in two issues, not even of different weeks', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    expect(await composedSlugs(pipeline)).toEqual(['one']);
    await send();
    expect(await composeIssue(at(pipeline, nextTuesday), nextWeek, { by: 'Ada' })).toMatchObject({
      kind: 'nothing-new',
    });
    await importAll(pipeline.db, [published('late', daysAgo(2))]);
    expect(await composedSlugs(at(pipeline, nextTuesday), nextWeek)).toEqual(['late']);
  });

  it('makes one issue when run several times at once', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    const composed = await Promise.all([1, 2, 3, 4].map(() => composeIssue(pipeline, week, { by: 'Ada' })));
    const { id } = await storedIssue(pipeline.db);
    expect(composed.map((one) => one.ok && one.kind === 'composed' && one.issue.id)).toEqual(
      Array(4).fill(id),
    );
    expect(await countIssues()).toBe(1);
  });

  it('shares comparisons and numbers among different weeks composed at once', async () => {
    const settings = { ...pipeline.settings, maxComparisons: 2 };
    await importAll(
      pipeline.db,
      [1, 2, 3, 4, 5].map((day) => published(`day-${day}`, daysAgo(day))),
    );
    const weeks = ['2026-W46', '2026-W47', week, nextWeek];
    const composed = await Promise.all(
      weeks.map((one) => composeIssue({ ...pipeline, settings }, one, { by: 'Ada' })),
    );
    const issues = composed.flatMap((one) => (one.ok && one.kind === 'composed' ? [one.issue] : []));
    expect(issues.flatMap(slugsOf).toSorted()).toEqual(['day-1', 'day-2', 'day-3', 'day-4', 'day-5']);
    expect(issues.map((issue) => issue.number).toSorted()).toEqual([1, 2, 3]);
  });

  it('leaves an approved, held, frozen or sent issue alone', async () => {
    await addReaders(pipeline.db, 2);
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    const steps = [
      () => holdIssue(pipeline, week, { by: 'Ada', reason: 'wait' }),
      async () => {
        await resumeIssue(pipeline, week, { by: 'Ada' });
        return approveIssue(pipeline, week, { by: 'Ada' });
      },
      () => freezeIssue(pipeline, week, 'Ada'),
      () => sendIssue(pipeline, week, 'Ada'),
    ];
    for (const step of steps) {
      must(await step());
      const before = await storedIssue(pipeline.db);
      expect(await composeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({
        ok: false,
        message: expect.stringContaining(before.status),
      });
      expect(await storedIssue(pipeline.db)).toEqual(before);
    }
  });

  it('leaves nothing behind when it fails halfway', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    await pipeline.db.execute(sql`alter table issue_comparisons add constraint broken check (position < 0)`);
    await expect(composeIssue(pipeline, week, { by: 'Ada' })).rejects.toThrow();
    await pipeline.db.execute(sql`alter table issue_comparisons drop constraint broken`);
    expect(await countIssues()).toBe(0);
  });
});

describe('a missed issue', () => {
  async function miss(): Promise<void> {
    const { id } = await storedIssue(pipeline.db);
    await pipeline.db.transaction(async (tx) => {
      await moveIssue(tx, id, 'miss', { at: tuesday, who: 'schedule' }, { missedFrom: 'draft' });
      await releaseComparisons(tx, id);
    });
  }

  beforeEach(async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1)), published('two', daysAgo(2))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await editIssue(pipeline, week, { subject: 'Mine', drop: ['two'] }, 'Ada'));
  });

  it('is opened again by compose, with its edits', async () => {
    await miss();
    expect(await composedSlugs(at(pipeline, nextTuesday))).toEqual(['one']);
    expect(await storedIssue(pipeline.db)).toMatchObject({
      ...{ status: 'draft', subject: 'Mine', missedFrom: null, cutoff: nextTuesday },
    });
    expect(await countIssues()).toBe(1);
  });

  it('stays missed when there is nothing left to compose', async () => {
    await miss();
    expect(await composedSlugs(at(pipeline, nextTuesday), nextWeek)).toEqual(['one', 'two']);
    expect(await composeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ kind: 'nothing-new' });
    expect((await storedIssue(pipeline.db)).status).toBe('missed');
  });

  it('has to be approved again, also when it was approved before', async () => {
    await addReaders(pipeline.db, 1);
    must(await approveIssue(pipeline, week, { by: 'Ada' }));
    await miss();
    expect(await sendIssue(pipeline, week, 'Ada')).toMatchObject({ ok: false, waitsForPerson: true });
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    expect(await storedIssue(pipeline.db)).toMatchObject({ status: 'draft', approvedSha256: null });
  });
});

describe('a cancelled issue', () => {
  it('gives its comparisons back to the next one', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect(await composedSlugs(at(pipeline, nextTuesday), nextWeek)).toEqual(['one']);
  });

  it('starts over when composed again, without the earlier edits and approval', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await editIssue(pipeline, week, { subject: 'Mine' }, 'Ada'));
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect(await composedSlugs(pipeline)).toEqual(['one']);
    expect(await storedIssue(pipeline.db)).toMatchObject({ status: 'draft', edits: {}, approvedBy: null });
    expect(await countIssues()).toBe(1);
  });

  it('takes neither comparisons nor a number that another issue has taken meanwhile', async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    must(await composeIssue(at(pipeline, nextTuesday), nextWeek, { by: 'Ada' }));
    expect(await composeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ kind: 'nothing-new' });
    await importAll(pipeline.db, [published('two', daysAgo(1))]);
    expect(await composedSlugs(pipeline)).toEqual(['two']);
    expect((await storedIssue(pipeline.db, nextWeek)).number).toBe(1);
    expect((await storedIssue(pipeline.db)).number).toBe(2);
  });

  it('keeps its number and does not start over once readers got it', async () => {
    await addReaders(pipeline.db, 2);
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await approveIssue(pipeline, week, { by: 'Ada' }));
    must(await freezeIssue(pipeline, week, 'Ada'));
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect(await composeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ ok: false });
    must(await composeIssue(at(pipeline, nextTuesday), nextWeek, { by: 'Ada' }));
    expect((await storedIssue(pipeline.db, nextWeek)).number).toBe(2);
  });
});
