import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { onceEach, openScene, statusOf, until } from './scene.ts';

it('a batch whose worker is killed goes on elsewhere within 40 s, by itself', {
  timeout: 120_000,
}, async () => {
  const { fake, pipeline, pool, startWorker } = await openScene(50);
  // Taken, and the answer never comes: the worker dies with the batch in its hands.
  fake.faults.script(['hang-after']);
  startWorker();
  await until(() => fake.requests.length === 1);
  await pool.kill(0);
  const killed = performance.now();
  startWorker();
  await until(async () => (await statusOf(pipeline)) === 'sent');
  expect(performance.now() - killed).toBeLessThan(40_000);
  const { rows } = await pipeline.db.execute(sql`select attempts, status from batches`);
  expect(rows).toEqual([{ attempts: 2, status: 'submitted' }]);
  expect(fake.account.sent.totals()).toEqual(onceEach(50));
});
