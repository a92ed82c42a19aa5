import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeResend } from '../support/fake-resend/server.ts';
import { frozenIssue } from '../support/frozen-issue.ts';
import { WorkerPool } from './worker-pool.ts';

const now = '2026-11-24T12:00:00Z';

it('a batch whose worker is killed goes on elsewhere within 40 s, by itself', {
  timeout: 120_000,
}, async () => {
  const fake = await startFakeResend();
  const pipeline = await frozenIssue(50);
  const pool = new WorkerPool(
    { send: [], start: ['start', '--now', now] },
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
  // Taken, and the answer never comes: the worker dies with the batch in its hands.
  fake.faults.script(['hang-after']);
  pool.start('start');
  await until(() => fake.requests.length === 1);
  await pool.kill(0);
  const killed = performance.now();
  pool.start('start');
  const attempts = async () => {
    const { rows } = await pipeline.db.execute<{ attempts: number; status: string }>(
      sql`select attempts, status from batches`,
    );
    return rows;
  };
  await until(async () => (await attempts())[0]?.status === 'submitted');
  expect(performance.now() - killed).toBeLessThan(40_000);
  expect(await attempts()).toEqual([{ attempts: 2, status: 'submitted' }]);
  expect(fake.account.sent.totals()).toEqual({ accepted: 50, recipients: 50, duplicates: 0 });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(100);
}
