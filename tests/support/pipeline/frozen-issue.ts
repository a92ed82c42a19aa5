import type { Mailer } from '../../../src/domain/sending/mailer.ts';
import { approveIssue } from '../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../src/pipeline/compose/compose-issue.ts';
import { freezeIssue } from '../../../src/pipeline/send/freeze-issue.ts';
import { sampleComparisons } from '../../../src/sample/comparisons.ts';
import { addReaders } from '../database/subscribers.ts';
import { importAll } from './compose.ts';
import { must, type TestPipeline, testPipeline, tuesday, week } from './test-pipeline.ts';

export async function importSample(pipeline: TestPipeline, count = 2): Promise<void> {
  await importAll(pipeline.db, sampleComparisons(tuesday).slice(0, count));
}

/** A pipeline with an approved issue and this many confirmed subscribers; a new pipeline, unless one is given. */
export async function approvedIssue(
  readers: number,
  mailer?: Mailer,
  on?: TestPipeline,
): Promise<TestPipeline> {
  const pipeline = on ?? (await testPipeline());
  await importSample(pipeline);
  await addReaders(pipeline.db, readers);
  must(await composeIssue(pipeline, week, { by: 'Ada' }));
  must(await approveIssue(pipeline, week, { by: 'test' }));
  return mailer === undefined ? pipeline : { ...pipeline, mailer };
}

/** The same with the issue frozen, ready to be delivered. */
export async function frozenIssue(
  readers: number,
  mailer?: Mailer,
  on?: TestPipeline,
): Promise<TestPipeline> {
  const pipeline = await approvedIssue(readers, mailer, on);
  must(await freezeIssue(pipeline, week, 'Ada'));
  return pipeline;
}
