import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { onceEach, startSending, until } from '../chaos/start-sending.ts';
import { endLeases } from '../support/database/leases.ts';

it('a process leaves the batches alone that another has claimed', async () => {
  // Each looks for more while the answers to the other are on their way.
  const { fake, startWorker, issueStatus } = await startSending(400);
  fake.faults.script([1, 2, 3, 4].map(() => ({ slowMs: 3_000 })));
  startWorker();
  startWorker();
  await until(async () => (await issueStatus()) === 'sent');
  expect(fake.requests.map(({ answered }) => answered)).toEqual([200, 200, 200, 200]);
  expect(fake.account.sent.totals()).toEqual(onceEach(400));
});

it('a process that lost its lease records nothing, and nobody is mailed twice', async () => {
  const { fake, pipeline, startWorker, issueStatus } = await startSending(50);
  const editor = new pg.Client({ connectionString: pipeline.database.url });
  await editor.connect();
  onTestFinished(() => editor.end());

  // The first process learns that nothing was sent, but a lock on the issue keeps it from recording that.
  await editor.query('begin; select from issues for no key update');
  fake.faults.script([{ status: 429, name: 'daily_quota_exceeded' }, { slowMs: 3_000 }]);
  startWorker();
  await until(() => fake.requests[0]?.answered === 429);

  // Its lease ends and another process posts the batch. Before that is answered, the lock is released.
  startWorker();
  await endLeases(pipeline.db);
  await until(() => fake.requests.length === 2);
  await editor.query('commit');

  await until(async () => fake.requests[1]?.answered === 200 && (await issueStatus()) !== 'sending');
  expect(await issueStatus()).toBe('sent');
  expect(fake.account.sent.totals()).toEqual(onceEach(50));
  expect(new Set(fake.accepted.map(({ key }) => key)).size).toBe(1);
});
