import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect } from 'vitest';
import { publicApp } from '../../../src/web/public/app.ts';
import { mailTo, pathIn, runReaderJobs } from '../pipeline/reader-jobs.ts';
import { sharedPipeline } from '../pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../pipeline/test-pipeline.ts';

/** Requests to the readers' pages, without a port, on a pipeline that is reset before each test. No request may end in a 5xx. */
export function publicClient() {
  const shared = sharedPipeline();
  let pipeline: TestPipeline;
  let failures: unknown[];
  beforeEach(() => {
    pipeline = shared.empty();
    failures = [];
  });
  afterEach(() => expect(failures).toEqual([]));

  const request = async (path: string, init: RequestInit = {}) =>
    publicApp(pipeline, { onError: (error) => failures.push(error) }).request(path, init, {
      incoming: { socket: { remoteAddress: '192.0.2.7' } },
    });
  const signUp = (email: string) => request('/subscribe', form({ email }));

  return {
    pipeline: () => pipeline,
    request,
    signUp,
    /** Signs up and confirms. */
    subscribe: async (email: string) => {
      await signUp(email);
      await runReaderJobs(pipeline);
      await request(pathIn(await mailTo(pipeline, email, 'confirm'), '/confirm/'), { method: 'POST' });
      await runReaderJobs(pipeline);
    },
    /** The row of the table, by the address as it was typed. */
    subscriber: async (email: string) => {
      const { rows } = await pipeline.db.execute(sql`select * from subscribers where email = ${email}`);
      return rows[0];
    },
    advance: (hours: number) => {
      const now = new Date(pipeline.clock.now().getTime() + hours * 3_600_000);
      pipeline = { ...pipeline, clock: { now: () => now } };
    },
  };
}

export const form = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
});
