import { expect, it, onTestFinished, vi } from 'vitest';
import { type JobName, queueSettings } from '../../../src/queue/jobs.ts';
import { type Handlers, openQueue } from '../../../src/queue/queue.ts';
import { query, testDatabase } from '../../support/database/test-database.ts';

const names = Object.keys(queueSettings) as JobName[];
const handlers = Object.fromEntries(names.map((name) => [name, async () => {}])) as unknown as Handlers;
const concurrency = Object.fromEntries(names.map((name) => [name, 1])) as Record<JobName, number>;

it('reports a lost connection as an Error, also without workers', async () => {
  const database = await testDatabase();
  const errors: Error[] = [];
  const queue = openQueue(database.url, (error) => errors.push(error));
  onTestFinished(async () => {
    await queue.stop(0);
    await database.close();
  });
  await queue.install();
  await query(
    database.url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'weekly-verdicts-queue'`,
  );
  await vi.waitFor(() => expect(errors).not.toEqual([]));
  expect(errors[0]).toBeInstanceOf(Error);
  expect(errors[0]).toMatchObject({
    message: expect.stringContaining('terminating connection'),
    code: '57P01',
  });
});

it('reports a failing worker as an Error that names its queue, though pg-boss emits a plain object', async () => {
  const database = await testDatabase();
  const errors: { name: JobName | null; error: unknown }[] = [];
  const queue = openQueue(database.url, () => {});
  onTestFinished(async () => {
    await queue.stop(0);
    await database.close();
  });
  await queue.work(handlers, { concurrency, onError: (name, error) => errors.push({ name, error }) });
  await query(database.url, 'drop schema pgboss cascade');
  const ofDelivery = () =>
    errors.find(({ error }) => String(error).startsWith('Error: Queue deliver-issue: '));
  await vi.waitFor(() => expect(ofDelivery()).toBeDefined(), { timeout: 30_000 });
  expect(ofDelivery()).toMatchObject({
    name: null,
    error: {
      message: expect.stringContaining('does not exist'),
      code: expect.stringMatching(/^(42P01|3F000)$/),
    },
  });
  expect(ofDelivery()?.error).toBeInstanceOf(Error);
});
