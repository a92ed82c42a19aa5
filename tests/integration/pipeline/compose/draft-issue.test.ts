import { beforeEach, describe, expect, it } from 'vitest';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { swapped } from '../../../support/content/fixtures.ts';
import { daysAgo, importAll, published, slugsOf } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(() => {
  pipeline = shared.empty();
});

async function compose() {
  const composed = must(await composeIssue(pipeline, week, { by: 'Ada' }));
  return { slugs: composed.kind === 'composed' ? slugsOf(composed.issue) : [], leftOut: composed.leftOut };
}

describe('the same two tools, in either order, twice among the candidates', () => {
  const older = published('older', daysAgo(3));
  const newer = { ...swapped(older), slug: 'newer', publishedAt: daysAgo(1).toISOString() };
  const reason = 'there is a newer comparison of the same two tools';

  it('are taken once: the newer comparison, and the older is left out with the reason', async () => {
    await importAll(pipeline.db, [older, published('other', daysAgo(2)), newer]);
    expect(await compose()).toEqual({ slugs: ['newer', 'other'], leftOut: [{ slug: 'older', reason }] });
  });

  it('published at the same time, are taken once, the first by slug', async () => {
    await importAll(pipeline.db, [older, { ...newer, publishedAt: older.publishedAt }]);
    expect(await compose()).toEqual({ slugs: ['newer'], leftOut: [{ slug: 'older', reason }] });
  });

  it('do not take a place that another comparison could have', async () => {
    pipeline = { ...pipeline, settings: { ...pipeline.settings, maxComparisons: 2 } };
    await importAll(pipeline.db, [older, newer, published('other', daysAgo(5))]);
    expect((await compose()).slugs).toEqual(['newer', 'other']);
  });

  it('leave the older one to a draft when the newer comes after it was composed, until it is composed again', async () => {
    await importAll(pipeline.db, [older]);
    expect((await compose()).slugs).toEqual(['older']);
    await importAll(pipeline.db, [newer]);
    expect((await compose()).slugs).toEqual(['newer']);
  });
});
