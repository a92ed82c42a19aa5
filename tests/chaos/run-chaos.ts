import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { connect, type Db } from '../../src/db/client.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { numbers } from '../support/numbers.ts';
import { type Account, accountFor } from './account-for.ts';
import { startPostgres } from './postgres.ts';
import { prepareIssue } from './prepare-issue.ts';
import { everyFault, startProvider } from './provider.ts';
import { WorkerPool } from './worker-pool.ts';

export const week = '2026-W48';

/** Moves the schedule's clock of the workers: a fixed Tuesday, after the slot. */
const now = '2026-11-24T12:00:00Z';

/** Of all subscribers, while the issue is being sent. */
const shareLeaving = 0.05;

export interface ChaosOptions {
  readonly recipients: number;
  /** Worker processes at once: 1 to this many, changing all the time. */
  readonly workers: number;
  /** Share of the requests that go wrong, 0 to 1. */
  readonly faults: number;
  readonly mode: 'inline' | 'template';
  /** Milliseconds between two kills, on average. */
  readonly killEveryMs: number;
  readonly maxKills?: number;
  /** Requests a second that the provider allows. */
  readonly limit: number;
  /** PostgreSQL crashes once, in mid-send. */
  readonly restart: boolean;
  readonly seed: number;
  /** Gives up, and reports how far it came. */
  readonly timeoutMs: number;
}

export interface ChaosFigures extends Account {
  readonly seed: number;
  readonly finished: boolean;
  readonly seconds: number;
  readonly kills: number;
  readonly restarts: number;
  readonly requests: number;
  readonly faults: number;
  /** Requests under a key that another process was just using. */
  readonly concurrent: number;
  /** Lines with a reader's address in what the workers printed. */
  readonly leaks: number;
}

/** What is not as promised; empty when all is well. */
export function faultsOf(figures: ChaosFigures): string[] {
  const { lost, duplicated, mailedAfterUnsubscribing, mailedToOthers, concurrent, leaks } = figures;
  return [
    ...(figures.finished ? [] : ['not finished in time']),
    ...(figures.balances ? [] : ['the equation does not hold']),
    ...(figures.refusesDoubles ? [] : ['the ledger takes a person twice']),
    ...Object.entries({ lost, duplicated, mailedAfterUnsubscribing, mailedToOthers, concurrent, leaks })
      .filter(([, count]) => count !== 0)
      .map(([what, count]) => `${what}: ${count}`),
  ];
}

/**
 * Sends an issue with real commands against a provider that fails at random, while their processes are killed,
 * PostgreSQL crashes and people unsubscribe; then asks provider and ledger who got what.
 */
export async function runChaos(
  options: ChaosOptions,
  say: (line: string) => void = () => {},
): Promise<ChaosFigures> {
  const random = numbers(options.seed);
  const postgres = await startPostgres();
  const provider = await startProvider({
    keep: 'brief',
    latencyMs: 100,
    rateLimit: { limit: options.limit, windowMs: 1_000 },
  });
  await migrateDatabase(postgres.url);
  const handle = connect(postgres.url, { max: 2 });
  const env = {
    DATABASE_URL: postgres.url,
    RESEND_API_KEY: provider.apiKey,
    RESEND_BASE_URL: provider.url,
    RESEND_DELIVERY: options.mode,
    RESEND_RATE: String(options.limit),
    MAIL_FROM: 'Verdicts <verdicts@news.dev>',
    PUBLIC_URL: 'https://news.dev',
    ROLES: 'scheduler,worker',
    LOG_LEVEL: 'warn',
  };
  const pool = new WorkerPool(
    { send: ['send', '--week', week, '--now', now, '--json'], start: ['start', '--now', now] },
    env,
  );
  try {
    await prepareIssue(handle.db, options.recipients, { week, now, env });
    await provider.faults({ seed: options.seed, probability: options.faults, among: everyFault });
    const from = performance.now();
    const deadline = from + options.timeoutMs;
    let restarts = 0;
    let nextKill = from + options.killEveryMs;
    let nextWord = from;
    let wanted = 1 + Math.floor(random() * options.workers);
    let finished = false;
    const unsubscribed = new Map<string, Date>();
    while (!finished && performance.now() < deadline) {
      while (pool.size < wanted) pool.start(random() < 0.7 ? 'send' : 'start');
      await delay(50);
      if (performance.now() >= nextKill && pool.kills < (options.maxKills ?? Number.POSITIVE_INFINITY)) {
        await pool.kill(Math.floor(random() * pool.size));
        wanted = 1 + Math.floor(random() * options.workers);
        nextKill = performance.now() + options.killEveryMs * 2 * random();
      }
      const { accepted } = await provider.counts();
      if (options.restart && restarts === 0 && accepted > options.recipients / 2) {
        restarts += 1;
        await postgres.crashAndRestart();
      }
      if (unsubscribed.size < options.recipients * shareLeaving)
        await unsubscribeSome(handle.db, Math.floor(random() * options.recipients), unsubscribed);
      finished = (await statusOf(handle.db)) === 'sent';
      if (performance.now() >= nextWord) {
        say(`${accepted} of ${options.recipients} accepted, ${pool.kills} kills, ${pool.size} workers`);
        nextWord = performance.now() + 5_000;
      }
    }
    const seconds = (performance.now() - from) / 1_000;
    await pool.stop();
    const account = await accountFor(handle.db, provider, week, unsubscribed);
    const { requests, faults, concurrent } = await provider.counts();
    const leaks = (await Promise.all(pool.printed)).join('\n').split('\n').filter(isLeak).length;
    const { seed } = options;
    const { kills } = pool;
    return { seed, finished, seconds, kills, restarts, requests, faults, concurrent, leaks, ...account };
  } finally {
    await pool.stop();
    await handle.close();
    await provider.close();
    await postgres.close();
  }
}

const isLeak = (line: string) => line.includes('@readers.dev');

async function statusOf(db: Db): Promise<string> {
  const { rows } = await db
    .execute<{ status: string }>(sql`select status from issues where week = ${week}`)
    .catch(() => ({ rows: [] }));
  return rows[0]?.status ?? '';
}

/** A few people who follow one another leave; when that was surely committed is kept. */
async function unsubscribeSome(db: Db, after: number, unsubscribed: Map<string, Date>): Promise<void> {
  try {
    const { rows } = await db.execute<{ email: string }>(sql`
      update subscribers set status = 'unsubscribed', unsubscribed_at = clock_timestamp()
      where id in (select id from subscribers where id > ${after} and status = 'confirmed' order by id limit 2)
      returning email`);
    const { rows: clock } = await db.execute<{ at: string }>(sql`select clock_timestamp() as at`);
    for (const { email } of rows) unsubscribed.set(email, new Date(clock[0]?.at ?? Number.NaN));
  } catch {
    // PostgreSQL is down just now: nobody can leave either.
  }
}
