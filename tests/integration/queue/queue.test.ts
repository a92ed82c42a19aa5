import { expect, it, onTestFinished, vi } from 'vitest';
import { type JobName, queueSettings } from '../../../src/queue/jobs.ts';
import { type Handlers, openQueue, type Queue } from '../../../src/queue/queue.ts';
import { type Cable, cableTo } from '../../support/database/cable.ts';
import { query, type TestDatabase, testDatabase } from '../../support/database/test-database.ts';

const names = Object.keys(queueSettings) as JobName[];
const handlers = Object.fromEntries(names.map((name) => [name, async () => {}])) as unknown as Handlers;
const concurrency = Object.fromEntries(names.map((name) => [name, 1])) as Record<JobName, number>;

it('reports a lost connection as an Error, also without workers', async () => {
  const database = await testDatabase();
  const errors: Error[] = [];
  const queue = openQueue(database.url, { onError: (error) => errors.push(error) });
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
  const queue = openQueue(database.url, { supervise: true, onError: () => {} });
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

/** A queue on a database of its own, over a cable. */
async function queueOnCable(supervise: boolean): Promise<{
  readonly queue: Queue;
  readonly database: TestDatabase;
  readonly cable: Cable;
}> {
  const database = await testDatabase();
  const cable = await cableTo(database.url);
  const queue = openQueue(cable.url, { supervise, onError: () => {} });
  onTestFinished(async () => {
    await queue.stop(0);
    await cable.close();
    await database.close();
  });
  return { queue, database, cable };
}

const enqueue = (queue: Queue, { db }: TestDatabase, slot: string) =>
  db.transaction((tx) => queue.enqueue(tx, 'send-issue', slot, { slot }));

it('starts at the next use after the first one failed', async () => {
  const { queue, database, cable } = await queueOnCable(false);
  cable.cut();
  await expect(enqueue(queue, database, 'lost')).rejects.toThrow();
  await expect(queue.check()).rejects.toThrow();
  cable.restore();
  await queue.check();
  await enqueue(queue, database, 'kept');
  const slots: string[] = [];
  expect(await queue.drain('send-issue', async ({ slot }) => void slots.push(slot))).toBe(1);
  expect(slots).toEqual(['kept']);
});

it.each([true, false])('supervises as it was told (%s), whatever the first use is', async (supervise) => {
  const { queue, database } = await queueOnCable(supervise);
  await enqueue(queue, database, 'first use');
  await queue.work(handlers, { concurrency, onError: () => {} });
  const { rows } = await database.pool.query(
    "select config->>'supervise' as supervise from pgboss.instance where stopped_on is null",
  );
  expect(rows).toEqual([{ supervise: String(supervise) }]);
});

it('tells a handler when the time of its job is over, and gives the job to no other before it has ended', async () => {
  const { queue, database } = await queueOnCable(true);
  await enqueue(queue, database, 'slow');
  await database.pool.query('update pgboss.job set expire_seconds = 1, retry_delay = 0');
  let running = 0;
  const seen: { readonly atOnce: number; readonly wasTold: boolean }[] = [];
  const slow: Handlers['send-issue'] = async (_, signal) => {
    running += 1;
    if (seen.length === 0) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    seen.push({ atOnce: running, wasTold: signal.aborted });
    running -= 1;
  };
  await queue.work({ ...handlers, 'send-issue': slow }, { concurrency, onError: () => {} });
  await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 60_000 });
  expect(seen).toEqual([
    { atOnce: 1, wasTold: true },
    { atOnce: 1, wasTold: false },
  ]);
});

it('tells a handler that its job was given to another process', async () => {
  const { queue, database } = await queueOnCable(true);
  await enqueue(queue, database, 'taken over');
  await database.pool.query('update pgboss.job set heartbeat_seconds = 10');
  const told = Promise.withResolvers<void>();
  const slow: Handlers['send-issue'] = async (_, signal) => {
    await database.pool.query("update pgboss.job set state = 'cancelled' where state = 'active'");
    signal.addEventListener('abort', () => told.resolve());
    await told.promise;
  };
  await queue.work({ ...handlers, 'send-issue': slow }, { concurrency, onError: () => {} });
  await told.promise;
});
