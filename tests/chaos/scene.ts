import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import type { FakeResend } from '../support/fake-resend/fake-resend.ts';
import { startFakeResend } from '../support/fake-resend/server.ts';
import { frozenIssue } from '../support/pipeline/frozen-issue.ts';
import type { TestPipeline } from '../support/pipeline/test-pipeline.ts';
import { WorkerPool } from './worker-pool.ts';

export interface Scene {
  readonly fake: FakeResend;
  readonly pipeline: TestPipeline;
  readonly pool: WorkerPool;
  /** Starts a process with four lanes. */
  readonly startWorker: () => void;
}

/** An issue in sending, and the processes that send it; gone when the test is. */
export async function openScene(readers: number): Promise<Scene> {
  const fake = await startFakeResend();
  const pipeline = await frozenIssue(readers);
  const pool = new WorkerPool(
    { send: [], start: ['start', '--now', '2026-11-24T12:00:00Z'] },
    {
      DATABASE_URL: pipeline.database.url,
      RESEND_API_KEY: fake.apiKey,
      RESEND_BASE_URL: fake.url,
      ROLES: 'scheduler,worker',
    },
  );
  onTestFinished(async () => {
    await pool.stop();
    await fake.close();
    await pipeline.close();
  });
  return { fake, pipeline, pool, startWorker: () => pool.start('start') };
}

export async function statusOf(pipeline: TestPipeline): Promise<string | undefined> {
  const { rows } = await pipeline.db.execute<{ status: string }>(sql`select status from issues`);
  return rows[0]?.status;
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

export const onceEach = (readers: number) => ({ accepted: readers, recipients: readers, duplicates: 0 });
