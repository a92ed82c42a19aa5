import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Comparison } from '../../../../src/domain/comparison/comparison.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { checkIssue } from '../../../../src/pipeline/compose/check-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { previewIssue } from '../../../../src/pipeline/report/view-issue.ts';
import { cancelIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { swapped } from '../../../support/content/fixtures.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { dayMs, daysAgo, importAll, published } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 2);
});

const weeksLater = (weeks: number) => new Date(tuesday.getTime() + weeks * 7 * dayMs);
const again = (comparison: Comparison, weeks: number): Comparison => ({
  ...swapped(comparison),
  slug: 'again',
  url: 'https://verdicts.example/compare/again',
  publishedAt: new Date(weeksLater(weeks).getTime() - dayMs).toISOString(),
});

async function compose(of: string, weeks: number, subject?: string): Promise<void> {
  const ctx = at(pipeline, weeksLater(weeks));
  must(await composeIssue(ctx, of, { by: 'Ada' }));
  if (subject !== undefined) must(await editIssue(ctx, of, { subject }, 'Ada'));
}

async function send(of: string): Promise<void> {
  must(await approveIssue(pipeline, of, { by: 'Ada' }));
  must(await sendIssue(pipeline, of, 'Ada'));
}

async function found(rule: string, of: string): Promise<string[]> {
  const { findings } = must(await checkIssue(pipeline, of));
  return findings.flatMap((finding) =>
    finding.rule === rule ? [`${finding.severity}, ${finding.where}: ${finding.what}`] : [],
  );
}

describe('the same two tools as in an issue of the last 26 weeks', () => {
  const one = published('one', daysAgo(1));

  it.each([
    ['2026-W49', 1],
    ['2027-W21', 26],
  ])(
    'cause a warning that names the issue, in either order and under other slugs: in %s',
    async (of, weeks) => {
      await importAll(pipeline.db, [one]);
      await compose(week, 0);
      await send(week);
      await importAll(pipeline.db, [again(one, weeks)]);
      await pipeline.db.execute(sql`update comparisons set slug = 'renamed' where slug = 'one'`);
      await pipeline.db.execute(
        sql`update tools set slug = 'renamed', name = 'Renamed' where slug = 'one-one'`,
      );
      await compose(of, weeks);
      expect(await found('same-pair', of)).toEqual([
        `warning, comparison again: one Two vs Renamed: The same two tools were in the issue of ${week}.`,
      ]);
    },
  );

  it('cause none after 27 weeks', async () => {
    await importAll(pipeline.db, [one]);
    await compose(week, 0);
    await send(week);
    await importAll(pipeline.db, [again(one, 27)]);
    await compose('2027-W22', 27);
    expect(await found('same-pair', '2027-W22')).toEqual([]);
  });

  it('cause none where that issue was cancelled before anybody got it', async () => {
    await importAll(pipeline.db, [one]);
    await compose(week, 0);
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    await importAll(pipeline.db, [again(one, 1)]);
    await compose('2026-W49', 1);
    expect(await found('same-pair', '2026-W49')).toEqual([]);
  });

  it('cause none in the earlier of two drafts', async () => {
    await importAll(pipeline.db, [one]);
    await compose(week, 0);
    await importAll(pipeline.db, [again(one, 1)]);
    await compose('2026-W49', 1);
    expect(await found('same-pair', week)).toEqual([]);
    expect(await found('same-pair', '2026-W49')).toHaveLength(1);
  });
});

describe('a subject equal to an earlier one', () => {
  const subject = 'The weekly verdicts';
  beforeEach(async () => {
    await importAll(pipeline.db, [published('one', daysAgo(1))]);
    await compose(week, 0, subject);
  });
  const nextWeek = async () => {
    await importAll(pipeline.db, [published('two', daysAgo(-6))]);
    await compose('2026-W49', 1, 'The weekly\u00a0 Verdicts');
  };

  it('causes a warning that names the issue', async () => {
    await send(week);
    await nextWeek();
    expect(await found('same-subject', '2026-W49')).toEqual([
      expect.stringContaining(`warning, subject: The issue of ${week} has the same subject`),
    ]);
    expect(await found('same-subject', week)).toEqual([]);
  });

  it('causes one also where the earlier issue is still a draft, and in an earlier week than one that was sent', async () => {
    await nextWeek();
    expect(await found('same-subject', '2026-W49')).toHaveLength(1);
    expect(await found('same-subject', week)).toEqual([]);
    await send('2026-W49');
    expect(await found('same-subject', week)).toEqual([expect.stringContaining('2026-W49')]);
  });

  it('causes none where that issue was cancelled before anybody got it', async () => {
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    await nextWeek();
    expect(await found('same-subject', '2026-W49')).toEqual([]);
  });
});

it('an issue that is not composed yet has nothing that changed at the site', async () => {
  await importAll(pipeline.db, [published('one', daysAgo(1))]);
  const { preview } = must(await previewIssue(at(pipeline, new Date(tuesday.getTime() - 60_000)), week));
  expect(preview.report).toBeNull();
  expect(preview.findings).toEqual([]);
});
