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

/**
 * Does a job. Its signal is aborted when the job is no longer this handler's: its time is over, or another process has
 * taken it over because this one was silent for too long. Whatever it does after that, another handler may do as well.
 */
export type Handler<Name extends JobName> = (data: Jobs[Name], signal: AbortSignal) => Promise<void>;

export type Handlers = { readonly [Name in JobName]: Handler<Name> };

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
  /** Throws when jobs cannot be enqueued or taken at the moment. */
  check(): Promise<void>;
  /** Takes no new job, waits for running ones (at most `timeoutMs`), and closes its connections. */
  stop(timeoutMs: number): Promise<void>;
}

export interface QueueOptions {
  /**
   * Whether this process looks after the queue: releases the jobs of dead workers and deletes old ones. Each process
   * with workers does, and they take turns; who uses the queue first, and for what, changes nothing.
   */
  readonly supervise?: boolean;
  /** Gets the errors of the queue itself (a lost connection, failed maintenance) while `work` has not been called. */
  readonly onError: (error: Error) => void;
}

/**
 * pg-boss on the same PostgreSQL; connects at first use, since most commands enqueue nothing. When that fails, the next
 * use tries again.
 */
export function openQueue(url: string, { supervise = false, onError }: QueueOptions): Queue {
  let started: Promise<PgBoss> | null = null;
  let report = onError;
  const boss = (): Promise<PgBoss> => {
    started ??= startBoss(url, supervise, (error) => report(error)).catch((error: unknown) => {
      started = null;
      throw error;
    });
    return started;
  };
  return {
    async install() {
      await boss();
    },
    async check() {
      await (await boss()).schemaVersion();
    },
    async enqueue(tx, name, key, data) {
      await (await boss()).send(name, data, { singletonKey: key, db: fromDrizzle(tx, sql) });
    },
    async enqueueAll(tx, name, jobs) {
      if (jobs.length === 0) return;
      const rows = jobs.map(({ key, data }) => ({ data, singletonKey: key }));
      await (await boss()).insert(name, rows, { db: fromDrizzle(tx, sql) });
    },
    async work(handlers, { concurrency, onError }) {
      report = (error) => onError(null, error);
      const pgBoss = await boss();
      for (const name of Object.keys(queueSettings) as JobName[]) {
        await registerWorker(pgBoss, name, handlers, concurrency[name], onError);
      }
    },
    async drain(name, handler) {
      const pgBoss = await boss();
      let count = 0;
      while (await runOne(pgBoss, name, handler)) count += 1;
      return count;
    },
    async stop(timeoutMs) {
      const pgBoss = await started?.catch(() => null);
      await pgBoss?.stop({ graceful: true, timeout: timeoutMs });
    },
  };
}

/** Takes one job and does it, as a worker would. False when none waits. */
async function runOne<Name extends JobName>(
  boss: PgBoss,
  name: Name,
  handler: Handlers[Name],
): Promise<boolean> {
  const [job] = await boss.fetch<Jobs[Name]>(name);
  if (job === undefined) return false;
  // Otherwise whoever supervises the queue takes this process for dead, and gives the job to another.
  const beat = () => void boss.touch(name, job).catch(() => {});
  const heartbeat = setInterval(beat, queueSettings[name].heartbeatSeconds * 500);
  try {
    await handler(job.data, AbortSignal.timeout(job.expireInSeconds * 1_000));
  } catch (error) {
    await boss.fail(name, job);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
  await boss.complete(name, job);
  return true;
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
        await handlers[name](job.data, job.signal);
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

/** pg-boss passes these on to its pool. The queue's statements are quick; a connection that is dead must be noticed. */
const patience = {
  connectionTimeoutMillis: 5_000,
  query_timeout: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

async function startBoss(url: string, supervise: boolean, onError: (error: Error) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    schema,
    max: supervise ? 4 : 1,
    ...patience,
    application_name: 'weekly-verdicts-queue',
    schedule: false,
    supervise,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', (emitted: EmittedError) => onError(toError(emitted)));
  try {
    // First installs or updates pg-boss's own schema, under its own lock.
    await boss.start();
    for (const [name, settings] of Object.entries(queueSettings)) {
      await boss.createQueue(name, { policy: 'exclusive', retryBackoff: true, ...settings });
    }
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    throw error;
  }
}
