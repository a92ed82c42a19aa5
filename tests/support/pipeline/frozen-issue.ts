import type { Mailer } from '../../../src/domain/sending/mailer.ts';
import { approveIssue } from '../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../src/pipeline/compose/compose-issue.ts';
import { importComparisons } from '../../../src/pipeline/compose/import-comparisons.ts';
import { freezeIssue } from '../../../src/pipeline/send/freeze-issue.ts';
import { sampleComparisons } from '../../../src/sample/comparisons.ts';
import { addReaders } from '../database/subscribers.ts';
import { type TestPipeline, testPipeline, tuesday, week } from './test-pipeline.ts';

export async function importSample(pipeline: TestPipeline, count = 2): Promise<void> {
  const comparisons = sampleComparisons(tuesday).slice(0, count);
  const imported = await importComparisons(pipeline.db, JSON.stringify({ comparisons }));
  if (!imported.ok) throw new Error(imported.message);
}

/** A pipeline with an approved issue for `readers` people; on a database of its own, unless one is given. */
export async function approvedIssue(
  readers: number,
  mailer?: Mailer,
  on?: TestPipeline,
): Promise<TestPipeline> {
  const pipeline = on ?? (await testPipeline());
  await importSample(pipeline);
  await addReaders(pipeline.db, readers);
  const composed = await composeIssue(pipeline, week);
  if (!composed.ok) throw new Error(composed.message);
  const approval = await approveIssue(pipeline, week, { by: 'test' });
  if (!approval.ok) throw new Error(`${approval.message} ${JSON.stringify(approval.findings)}`);
  return mailer === undefined ? pipeline : { ...pipeline, mailer };
}

/** The same, frozen: ready to be delivered. */
export async function frozenIssue(
  readers: number,
  mailer?: Mailer,
  on?: TestPipeline,
): Promise<TestPipeline> {
  const pipeline = await approvedIssue(readers, mailer, on);
  const frozen = await freezeIssue(pipeline, week);
  if (!frozen.ok) throw new Error(frozen.message);
  return pipeline;
}
