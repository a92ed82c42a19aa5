import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { onceEach, startSending, until } from '../chaos/start-sending.ts';

it('another worker takes over the batch of a killed one within 40 s', { timeout: 120_000 }, async () => {
  const { fake, pipeline, workers, startWorker, issueStatus } = await startSending(50);
  // The batch is accepted but the answer never comes: the worker is killed while it waits.
  fake.faults.script(['hang-after']);
  startWorker();
  await until(() => fake.requests.length === 1);
  await workers.kill(0);
  const killed = performance.now();
  startWorker();
  await until(async () => (await issueStatus()) === 'sent');
  expect(performance.now() - killed).toBeLessThan(40_000);
  const { rows } = await pipeline.db.execute(sql`select attempts, status from batches`);
  expect(rows).toEqual([{ attempts: 2, status: 'submitted' }]);
  expect(fake.account.sent.totals()).toEqual(onceEach(50));
});
