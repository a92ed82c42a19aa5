import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Mailer } from '../../../src/domain/sending/mailer.ts';
import type { Settings } from '../../../src/pipeline/context.ts';
import { approvedIssue, frozenIssue } from './frozen-issue.ts';
import { type TestPipeline, testPipeline } from './test-pipeline.ts';

export interface SharedPipeline {
  empty(settings?: Partial<Settings>): TestPipeline;
  approved(readers: number, mailer?: Mailer): Promise<TestPipeline>;
  frozen(readers: number, mailer?: Mailer): Promise<TestPipeline>;
}

/** One pipeline for all tests of a file, reset before each. */
export function sharedPipeline(): SharedPipeline {
  let pipeline: TestPipeline;
  beforeAll(async () => {
    pipeline = await testPipeline();
  });
  beforeEach(async () => {
    await pipeline.database.reset();
    await rm(pipeline.outbox, { recursive: true, force: true });
  });
  afterAll(() => pipeline.close());
  return {
    empty: (settings) => ({ ...pipeline, settings: { ...pipeline.settings, ...settings } }),
    approved: (readers, mailer) => approvedIssue(readers, mailer, pipeline),
    frozen: (readers, mailer) => frozenIssue(readers, mailer, pipeline),
  };
}
