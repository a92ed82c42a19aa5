import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeResend } from '../support/fake-resend/server.ts';
import { frozenIssue } from '../support/frozen-issue.ts';
import { WorkerPool } from './worker-pool.ts';

it('who answers for a batch after losing its lease books nothing, and nobody is mailed twice', {
  timeout: 120_000,
}, async () => {
  const fake = await startFakeResend();
  const pipeline = await frozenIssue(50);
  const pool = new WorkerPool(
    { send: [], start: ['start', '--now', '2026-11-24T12:00:00Z'] },
    {
      DATABASE_URL: pipeline.database.url,
      RESEND_API_KEY: fake.apiKey,
      RESEND_BASE_URL: fake.url,
      ROLES: 'worker',
    },
  );
  const editor = new pg.Client({ connectionString: pipeline.database.url });
  await editor.connect();
  onTestFinished(async () => {
    await editor.end();
    await pool.stop();
    await fake.close();
    await pipeline.close();
  });

  // The first lane is told that nothing was sent, and is held up before it can book that (by a lock on the issue).
  await editor.query('begin; select from issues for no key update');
  fake.faults.script([{ status: 429, name: 'daily_quota_exceeded' }, { slowMs: 3_000 }]);
  pool.start('start');
  await until(() => fake.requests[0]?.answered === 429);

  // Its lease ends; another lane posts the batch, and while that is on its way the first wakes up.
  await pipeline.db.execute(
    sql`update batches set lease_until = clock_timestamp() where status = 'submitting'`,
  );
  await until(() => fake.requests.length === 2);
  await editor.query('commit');

  const status = async () => {
    const { rows } = await pipeline.db.execute<{ status: string }>(sql`select status from issues`);
    return rows[0]?.status;
  };
  await until(async () => fake.requests[1]?.answered === 200 && (await status()) !== 'sending');
  expect(await status()).toBe('sent');
  expect(fake.account.sent.totals()).toEqual({ accepted: 50, recipients: 50, duplicates: 0 });
  expect(new Set(fake.accepted.map(({ key }) => key)).size).toBe(1);
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}
