import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { connect, type Db } from '../../src/db/client.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { type Fault, seededRandom } from '../support/fake-resend/faults.ts';
import { startFakeResendProcess } from '../support/fake-resend/process.ts';
import { type Audit, audit } from './audit.ts';
import { startEmbedded, startPostgres } from './postgres.ts';
import { prepareIssue } from './prepare-issue.ts';
import { WorkerProcesses } from './worker-processes.ts';

const week = '2026-W48';

/** The schedule's clock in the workers: a Tuesday, after the slot. */
const now = '2026-11-24T12:00:00Z';

/** Commands that the workers run. */
const send = ['send', '--week', week, '--now', now, '--json'];
const start = ['start', '--now', now];

/** How often PostgreSQL crashes in a run. */
const crashes = 3;

/** Share of the subscribers who leave while the issue is being sent. */
const shareLeaving = 0.05;

/** Every way in which a provider, or the network on the way to it, can fail. */
const everyFault: readonly Fault[] = [
  'reset-before',
  'reset-after',
  'truncated',
  'hang',
  'hang-after',
  { slowMs: 1_500 },
  { status: 500, accepted: true },
  { status: 500 },
  { status: 503, name: 'service_unavailable' },
  { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>', accepted: true },
  { status: 429, name: 'rate_limit_exceeded', headers: { 'retry-after': '1' } },
];

export interface ChaosOptions {
  readonly recipients: number;
  /** Between 1 and this many worker processes run at once; the number keeps changing. */
  readonly workers: number;
  /** Share of the requests that fail, 0 to 1. */
  readonly faults: number;
  readonly mode: 'inline' | 'template';
  /** Milliseconds between two kills, on average. */
  readonly killEveryMs: number;
  readonly maxKills?: number;
  /** Requests a second that the provider allows. */
  readonly limit: number;
  /** Milliseconds until the provider answers; with the limit, it decides how many requests are under way. */
  readonly latencyMs?: number;
  /** PostgreSQL crashes when a quarter, a half and three quarters of the issue are sent. */
  readonly restart: boolean;
  /** PostgreSQL is the embedded one, which the workers, and this process, start again. */
  readonly embedded?: boolean;
  readonly seed: number;
  /** After this time the run ends, finished or not. */
  readonly timeoutMs: number;
}

export interface ChaosFigures extends Audit {
  readonly seed: number;
  readonly finished: boolean;
  readonly seconds: number;
  readonly kills: number;
  readonly restarts: number;
  readonly requests: number;
  readonly faults: number;
  /** Requests with a key that another process was using at that moment. */
  readonly concurrent: number;
  /** Lines with a subscriber's address in the output of the workers. */
  readonly leaks: number;
}

/** Promises that the run broke, in words; empty when all is well. */
export function brokenPromises(figures: ChaosFigures): string[] {
  const { lost, duplicated, mailedAfterUnsubscribing, mailedToOthers, concurrent, leaks } = figures;
  return [
    ...(figures.finished ? [] : ['not finished in time']),
    ...(figures.balances ? [] : ['the ledger does not balance']),
    ...(figures.rejectsSecondDelivery ? [] : ['the ledger accepts a second delivery to one subscriber']),
    ...Object.entries({ lost, duplicated, mailedAfterUnsubscribing, mailedToOthers, concurrent, leaks })
      .filter(([, count]) => count !== 0)
      .map(([name, count]) => `${name}: ${count}`),
  ];
}

/**
 * Sends an issue with real commands to a provider that fails at random, while their processes are killed, PostgreSQL
 * crashes and subscribers leave. Then compares what the provider accepted with the ledger.
 */
export async function runChaos(
  options: ChaosOptions,
  log: (line: string) => void = () => {},
): Promise<ChaosFigures> {
  const { recipients, seed } = options;
  const random = seededRandom(seed);
  const postgres = await (options.embedded ? startEmbedded() : startPostgres());
  const provider = await startFakeResendProcess({
    keep: 'brief',
    latencyMs: options.latencyMs ?? 100,
    rateLimit: { limit: options.limit, windowMs: 1_000 },
  });
  await migrateDatabase(postgres.url);
  const handle = connect(postgres.url, { max: 2, onError: () => {} });
  const env = {
    ...postgres.env,
    RESEND_API_KEY: provider.apiKey,
    RESEND_BASE_URL: provider.url,
    RESEND_DELIVERY: options.mode,
    RESEND_RATE: String(options.limit),
    MAIL_FROM: 'Verdicts <verdicts@news.dev>',
    PUBLIC_URL: 'https://news.dev',
    ROLES: 'scheduler,worker',
    LOG_LEVEL: 'warn',
  };
  const workers = new WorkerProcesses(env);
  try {
    await prepareIssue(handle.db, recipients, { week, now, env });
    await provider.setFaults({ seed, probability: options.faults, among: everyFault });
    const from = performance.now();
    const deadline = from + options.timeoutMs;
    const { maxKills = Number.POSITIVE_INFINITY } = options;
    const newWorkerCount = () => 1 + Math.floor(random() * options.workers);
    let workerCount = newWorkerCount();
    let nextKill = from + options.killEveryMs;
    let nextLog = from;
    let restarts = 0;
    let finished = false;
    const unsubscribed = new Map<string, Date>();
    while (!finished && performance.now() < deadline) {
      while (workers.count < workerCount) workers.start(random() < 0.7 ? send : start);
      await sleep(50);
      if (performance.now() >= nextKill && workers.kills < maxKills) {
        await workers.kill(Math.floor(random() * workers.count));
        workerCount = newWorkerCount();
        nextKill = performance.now() + options.killEveryMs * 2 * random();
      }
      const { accepted } = await provider.counts();
      if (options.restart && restarts < crashes && accepted > (recipients * (restarts + 1)) / (crashes + 1)) {
        restarts += 1;
        await postgres.crashAndRestart();
      }
      if (unsubscribed.size < recipients * shareLeaving)
        await unsubscribeTwo(handle.db, Math.floor(random() * recipients), unsubscribed);
      finished = (await statusOf(handle.db)) === 'sent';
      if (performance.now() >= nextLog) {
        log(
          `${accepted} of ${recipients} accepted, ${workers.count} workers running, ${workers.kills} killed`,
        );
        nextLog = performance.now() + 5_000;
      }
    }
    const seconds = (performance.now() - from) / 1_000;
    await workers.stop();
    const { requests, faults, concurrent } = await provider.counts();
    const output = (await Promise.all(workers.output)).join('\n').split('\n');
    return {
      seed,
      finished,
      seconds,
      kills: workers.kills,
      restarts,
      requests,
      faults,
      concurrent,
      leaks: output.filter((line) => line.includes('@readers.dev')).length,
      ...(await audit(handle.db, provider, week, unsubscribed)),
    };
  } finally {
    await workers.stop();
    await handle.close();
    await provider.close();
    await postgres.close();
  }
}

async function statusOf(db: Db): Promise<string> {
  const { rows } = await db
    .execute<{ status: string }>(sql`select status from issues where week = ${week}`)
    .catch(() => ({ rows: [] }));
  return rows[0]?.status ?? '';
}

/** Unsubscribes the next two confirmed subscribers, and notes a time by which that was committed. */
async function unsubscribeTwo(db: Db, afterId: number, unsubscribed: Map<string, Date>): Promise<void> {
  try {
    const { rows } = await db.execute<{ email: string }>(sql`
      update subscribers set status = 'unsubscribed', unsubscribed_at = clock_timestamp()
      where id in (select id from subscribers where id > ${afterId} and status = 'confirmed' order by id limit 2)
      returning email`);
    const { rows: clock } = await db.execute<{ at: string }>(sql`select clock_timestamp() as at`);
    for (const { email } of rows) unsubscribed.set(email, new Date(clock[0]?.at ?? Number.NaN));
  } catch {
    // PostgreSQL is restarting: nobody can unsubscribe either.
  }
}
