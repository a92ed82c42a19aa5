import { sql } from 'drizzle-orm';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { onceEach, openScene, statusOf, until } from './scene.ts';

it('a batch in one lane’s hands is left alone by all others', async () => {
  // A batch a lane: each looks for work while the others have some in their hands.
  const { fake, pipeline, startWorker } = await openScene(400);
  fake.faults.script([1, 2, 3, 4].map(() => ({ slowMs: 3_000 })));
  startWorker();
  await until(async () => (await statusOf(pipeline)) === 'sent');
  expect(fake.requests.map(({ answered }) => answered)).toEqual([200, 200, 200, 200]);
  expect(fake.account.sent.totals()).toEqual(onceEach(400));
});

it('who answers for a batch after losing its lease books nothing, and nobody is mailed twice', async () => {
  const { fake, pipeline, startWorker } = await openScene(50);
  const editor = new pg.Client({ connectionString: pipeline.database.url });
  await editor.connect();
  onTestFinished(() => editor.end());

  // The first lane is told that nothing was sent, and is held up before it can book that (by a lock on the issue).
  await editor.query('begin; select from issues for no key update');
  fake.faults.script([{ status: 429, name: 'daily_quota_exceeded' }, { slowMs: 3_000 }]);
  startWorker();
  await until(() => fake.requests[0]?.answered === 429);

  // Its lease ends; another lane posts the batch, and while that is on its way the first wakes up.
  await pipeline.db.execute(
    sql`update batches set lease_until = clock_timestamp() where status = 'submitting'`,
  );
  await until(() => fake.requests.length === 2);
  await editor.query('commit');

  await until(async () => fake.requests[1]?.answered === 200 && (await statusOf(pipeline)) !== 'sending');
  expect(await statusOf(pipeline)).toBe('sent');
  expect(fake.account.sent.totals()).toEqual(onceEach(50));
  expect(new Set(fake.accepted.map(({ key }) => key)).size).toBe(1);
});
