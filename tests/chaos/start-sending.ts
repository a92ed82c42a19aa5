import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import type { FakeResend } from '../support/fake-resend/fake-resend.ts';
import { startFakeResend } from '../support/fake-resend/server.ts';
import { frozenIssue } from '../support/pipeline/frozen-issue.ts';
import type { TestPipeline } from '../support/pipeline/test-pipeline.ts';
import { WorkerProcesses } from './worker-processes.ts';

export interface Sending {
  readonly fake: FakeResend;
  readonly pipeline: TestPipeline;
  readonly workers: WorkerProcesses;
  /** Starts a process that runs four deliver jobs at once. */
  startWorker(): void;
  issueStatus(): Promise<string | undefined>;
}

/** A frozen issue, and processes to send it with. All of it goes when the test ends. */
export async function startSending(subscribers: number): Promise<Sending> {
  const fake = await startFakeResend();
  const pipeline = await frozenIssue(subscribers);
  const workers = new WorkerProcesses({
    DATABASE_URL: pipeline.database.url,
    RESEND_API_KEY: fake.apiKey,
    RESEND_BASE_URL: fake.url,
    ROLES: 'scheduler,worker',
  });
  onTestFinished(async () => {
    await workers.stop();
    await fake.close();
    await pipeline.close();
  });
  return {
    fake,
    pipeline,
    workers,
    startWorker: () => workers.start(['start', '--now', '2026-11-24T12:00:00Z']),
    async issueStatus() {
      const { rows } = await pipeline.db.execute<{ status: string }>(sql`select status from issues`);
      return rows[0]?.status;
    },
  };
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

export const onceEach = (subscribers: number) => ({
  accepted: subscribers,
  recipients: subscribers,
  duplicates: 0,
});
