import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import { describeError } from '../domain/redact.ts';
import { type JobName, type Jobs, queueSettings } from './jobs.ts';

const schema = 'pgboss';

/** A transaction of drizzle's, whatever its schema. */
type Tx = Parameters<typeof fromDrizzle>[0];

/** Puts jobs into the transaction that makes them necessary. */
export interface Enqueuer {
  /**
   * The job exists once `tx` commits, and not otherwise. A second one of the same key is left out while the
   * first waits or runs.
   */
  enqueue<Name extends JobName>(tx: Tx, name: Name, key: string, data: Jobs[Name]): Promise<void>;
  /** The same for many, in one statement. */
  enqueueAll<Name extends JobName>(tx: Tx, name: Name, jobs: readonly KeyedJob<Name>[]): Promise<void>;
}

export interface KeyedJob<Name extends JobName> {
  readonly key: string;
  readonly data: Jobs[Name];
}

export type Handlers = { readonly [Name in JobName]: (data: Jobs[Name]) => Promise<void> };

export interface WorkerOptions {
  /** Jobs of each queue that this process runs at once. */
  readonly concurrency: Readonly<Record<JobName, number>>;
  readonly onError: (name: JobName | null, error: unknown) => void;
}

export interface Queue extends Enqueuer {
  /** Brings pg-boss's schema up to date now rather than at first use. */
  install(): Promise<void>;
  /** Runs jobs until `stop`. */
  work(handlers: Handlers, options: WorkerOptions): Promise<void>;
  /** Runs what waits in one queue, once, and returns how many: for a command without workers around it. */
  drain<Name extends JobName>(name: Name, handler: Handlers[Name]): Promise<number>;
  /** Takes no new job, waits for those that run (at most `timeoutMs`), lets go of the database. */
  stop(timeoutMs: number): Promise<void>;
}

/** pg-boss on the same PostgreSQL; connects at first use, since most commands enqueue nothing. */
export function openQueue(url: string): Queue {
  let started: Promise<PgBoss> | null = null;
  const errors: ((error: unknown) => void)[] = [];
  const boss = (working: boolean) => {
    started ??= startBoss(url, working, (error) => {
      for (const listener of errors) listener(error);
    });
    return started;
  };
  return {
    async install() {
      await boss(false);
    },
    async enqueue(tx, name, key, data) {
      await (await boss(false)).send(name, data, { singletonKey: key, db: fromDrizzle(tx, sql) });
    },
    async enqueueAll(tx, name, jobs) {
      if (jobs.length === 0) return;
      const rows = jobs.map(({ key, data }) => ({ data, singletonKey: key }));
      await (await boss(false)).insert(name, rows, { db: fromDrizzle(tx, sql) });
    },
    async work(handlers, { concurrency, onError }) {
      errors.push((error) => onError(null, error));
      const pgBoss = await boss(true);
      for (const name of Object.keys(queueSettings) as JobName[]) {
        await registerWorker(pgBoss, name, handlers, concurrency[name], onError);
      }
    },
    async drain(name, handler) {
      const pgBoss = await boss(false);
      let count = 0;
      for (;;) {
        const [job] = await pgBoss.fetch<Jobs[typeof name]>(name);
        if (job === undefined) return count;
        try {
          await handler(job.data);
        } catch (error) {
          await pgBoss.fail(name, job.id);
          throw error;
        }
        await pgBoss.complete(name, job.id);
        count += 1;
      }
    },
    async stop(timeoutMs) {
      await (await started)?.stop({ graceful: true, timeout: timeoutMs });
    },
  };
}

async function registerWorker<Name extends JobName>(
  boss: PgBoss,
  name: Name,
  handlers: Handlers,
  concurrency: number,
  onError: WorkerOptions['onError'],
): Promise<void> {
  await boss.work<Jobs[Name]>(
    name,
    { localConcurrency: concurrency, pollingIntervalSeconds: 1 },
    async ([job]) => {
      if (job === undefined) return;
      try {
        await handlers[name](job.data);
      } catch (error) {
        onError(name, error);
        // pg-boss keeps what it catches in its table, and the database's client repeats parameters in messages.
        throw new Error(describeError(error));
      }
    },
  );
}

async function startBoss(url: string, working: boolean, onError: (error: unknown) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    schema,
    max: working ? 4 : 1,
    application_name: 'weekly-verdicts-queue',
    schedule: false,
    supervise: working,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    useListenNotify: working,
  });
  // Without a listener an error on an idle connection would end the process.
  boss.on('error', onError);
  // Installs or updates pg-boss's own schema first, under a lock of its own.
  await boss.start();
  for (const [name, settings] of Object.entries(queueSettings)) {
    await boss.createQueue(name, { policy: 'exclusive', retryBackoff: true, ...settings });
  }
  return boss;
}
