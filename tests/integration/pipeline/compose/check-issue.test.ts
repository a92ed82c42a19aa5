import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkIssue } from '../../../../src/pipeline/compose/check-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { daysAgo, importAll, published, storedIssue } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = shared.empty();
  await importAll(pipeline.db, [published('one', daysAgo(1))]);
  must(await composeIssue(pipeline, week, { by: 'Ada' }));
});

describe('check', () => {
  it('changes nothing, and finds the same twice', async () => {
    const before = await storedIssue(pipeline.db);
    const first = must(await checkIssue(pipeline, week));
    expect(must(await checkIssue(pipeline, week)).findings).toEqual(first.findings);
    expect(first.findings.filter((finding) => finding.severity === 'error').map(({ rule }) => rule)).toEqual([
      'has-readers',
    ]);
    expect(await storedIssue(pipeline.db)).toEqual(before);
  });

  it('names a comparison that another issue has, however it got there', async () => {
    await pipeline.db.execute(sql`
      insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope, sha256)
      select '2026-W47', 9, 'draft', cutoff, content, subject, preheader, html, text, placeholder, envelope, sha256 from issues`);
    await pipeline.db.execute(sql`
      update issue_comparisons set issue_id = (select id from issues where week = '2026-W47')`);
    const { findings } = must(await checkIssue(pipeline, week));
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'already-sent', what: expect.stringContaining('2026-W47') }),
    );
  });

  it('is refused for a week without an issue', async () => {
    expect(await checkIssue(pipeline, '2026-W01')).toMatchObject({ ok: false });
  });
});
