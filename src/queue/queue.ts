import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import { describeError } from '../domain/redact.ts';
import { type JobName, type Jobs, queueSettings } from './jobs.ts';

const schema = 'pgboss';

/** How often to look for jobs, where a second would be long: on the way from a slot to the first mail. */
const pollSeconds: Partial<Record<JobName, number>> = { 'send-issue': 0.5, 'deliver-issue': 0.5 };

/** A Drizzle transaction, whatever its schema. */
type Tx = Parameters<typeof fromDrizzle>[0];

/** Adds jobs within the transaction that makes them necessary. */
export interface Enqueuer {
  /**
   * The job exists once `tx` commits, and not otherwise. While a job with the same key waits or runs, a second one
   * is not added.
   */
  enqueue<Name extends JobName>(tx: Tx, name: Name, key: string, data: Jobs[Name]): Promise<void>;
  /** The same for many jobs, in one statement. */
  enqueueAll<Name extends JobName>(tx: Tx, name: Name, jobs: readonly KeyedJob<Name>[]): Promise<void>;
}

export interface KeyedJob<Name extends JobName> {
  readonly key: string;
  readonly data: Jobs[Name];
}

export type Handlers = { readonly [Name in JobName]: (data: Jobs[Name]) => Promise<void> };

export interface WorkerOptions {
  /** How many jobs of each queue this process runs at once. */
  readonly concurrency: Readonly<Record<JobName, number>>;
  /** Called when a job fails, before pg-boss retries it; and, with a name of null, for errors of the queue itself. */
  readonly onError: (name: JobName | null, error: unknown) => void;
}

export interface Queue extends Enqueuer {
  /** Brings pg-boss's schema up to date now instead of at first use. */
  install(): Promise<void>;
  /** Runs jobs until `stop`. */
  work(handlers: Handlers, options: WorkerOptions): Promise<void>;
  /** Runs the jobs that wait in one queue and returns how many: for a command that has no workers. */
  drain<Name extends JobName>(name: Name, handler: Handlers[Name]): Promise<number>;
  /** Takes no new job, waits for running ones (at most `timeoutMs`), and closes its connections. */
  stop(timeoutMs: number): Promise<void>;
}

/**
 * pg-boss on the same PostgreSQL; connects at first use, since most commands enqueue nothing. `onError` gets the errors
 * of the queue itself (a lost connection, failed maintenance) while `work` has not been called.
 */
export function openQueue(url: string, onError: (error: Error) => void): Queue {
  let started: Promise<PgBoss> | null = null;
  let report = onError;
  const boss = (working: boolean) => {
    started ??= startBoss(url, working, (error) => report(error));
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
      report = (error) => onError(null, error);
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
    { localConcurrency: concurrency, pollingIntervalSeconds: pollSeconds[name] ?? 1 },
    async ([job]) => {
      if (job === undefined) return;
      try {
        await handlers[name](job.data);
      } catch (error) {
        onError(name, error);
        // pg-boss stores the error in its table, and messages of the database client repeat statement parameters.
        throw new Error(describeError(error));
      }
    },
  );
}

/** What pg-boss emits: an error, or the copy of one as a plain object, which may name the queue. */
interface EmittedError {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: unknown;
  readonly queue?: string;
}

/** An Error in any case, since a plain object would be logged as `[object Object]`; it names the queue, if known. */
function toError(emitted: EmittedError): Error {
  if (emitted instanceof Error) return emitted;
  const { code, queue } = emitted;
  const message = emitted.message || `failed with ${code ?? 'no reason given'}`;
  const error = new Error(queue === undefined ? message : `Queue ${queue}: ${message}`);
  if (emitted.stack !== undefined) error.stack = emitted.stack;
  return code === undefined ? error : Object.assign(error, { code });
}

async function startBoss(url: string, working: boolean, onError: (error: Error) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    schema,
    max: working ? 4 : 1,
    application_name: 'weekly-verdicts-queue',
    schedule: false,
    supervise: working,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', (emitted: EmittedError) => onError(toError(emitted)));
  // First installs or updates pg-boss's own schema, under its own lock.
  await boss.start();
  for (const [name, settings] of Object.entries(queueSettings)) {
    await boss.createQueue(name, { policy: 'exclusive', retryBackoff: true, ...settings });
  }
  return boss;
}
