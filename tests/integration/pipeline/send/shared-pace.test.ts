import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pushBack, setSpacing, takeTurns } from '../../../../src/db/queries/sending/rate-limits.ts';
import { resendMailer } from '../../../../src/mail/resend/mailer.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { sharedPace } from '../../../../src/pipeline/send/shared-pace.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';
import { startFakeResend } from '../../../support/fake-resend/server.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { week } from '../../../support/pipeline/test-pipeline.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Up to when turns are taken, in milliseconds of the database's clock. It moves on by a spacing a turn, or by more after a pause. */
async function takenUntil(name: string): Promise<number> {
  const { rows } = await database.db.execute<{ ms: number }>(
    sql`select (extract(epoch from tat) * 1000)::float8 as ms from rate_limits where name = ${name}`,
  );
  return rows[0]?.ms ?? Number.NaN;
}

/** Microseconds of the database, as milliseconds in floating point. */
const rounding = 0.01;

describe('turns', () => {
  it('are spaced evenly, however many ask at once', async () => {
    await takeTurns(database.db, 'even', 100);
    const before = await takenUntil('even');
    const waits = await Promise.all(
      [1, 2, 3, 4, 5].map(() => takeTurns(database.db, 'even', 100, { rank: 'urgent' })),
    );
    expect(waits).not.toContain(null);
    expect((await takenUntil('even')) - before).toBeGreaterThanOrEqual(500 - rounding);
  });

  it('are given to bulk mail a quarter of a second ahead at most', async () => {
    let furthest = 0;
    for (let turns = await takeTurns(database.db, 'near', 10, { atMost: 8 }); turns !== null; ) {
      furthest = Math.max(furthest, turns.waitMs + (turns.count - 1) * turns.everyMs);
      turns = await takeTurns(database.db, 'near', 10, { atMost: 8 });
    }
    expect(furthest).toBeGreaterThan(100);
    expect(furthest).toBeLessThan(250);
  });

  it('are given out one ahead at most, where they are rare', async () => {
    const taken: unknown[] = [];
    for (let turn = 0; turn < 5; turn += 1) taken.push(await takeTurns(database.db, 'ahead', 60_000));
    expect(taken.filter((turns) => turns !== null)).toHaveLength(1);
  });

  it('are taken together where many are allowed, at the same rate', async () => {
    await takeTurns(database.db, 'together', 20);
    const before = await takenUntil('together');
    expect(await takeTurns(database.db, 'together', 20, { atMost: 8 })).toMatchObject({
      count: 5,
      everyMs: 20,
    });
    expect((await takenUntil('together')) - before).toBeGreaterThanOrEqual(100 - rounding);
    expect((await takeTurns(database.db, 'together', 20, { atMost: 3 }))?.count).toBe(3);
  });

  it('are taken one by one at the pace of a small account', async () => {
    expect((await takeTurns(database.db, 'slow', 100, { atMost: 8 }))?.count).toBe(1);
    expect((await takeTurns(database.db, 'slow', 100, { atMost: 8 }))?.count).toBe(1);
  });

  it('wait in every process when the provider says so', async () => {
    await takeTurns(database.db, 'pushed', 10);
    await pushBack(database.db, 'pushed', 60_000);
    expect(await takeTurns(database.db, 'pushed', 10)).toBeNull();
  });

  it('are not taken by a caller that is stopped while waiting', async () => {
    const pace = sharedPace(database.db, { name: 'stopped', perSecond: 1, observe: () => {} });
    expect(await pace.reserve(8)).toMatchObject({ count: 1 });
    const stop = new AbortController();
    const next = pace.reserve(8, stop.signal);
    stop.abort();
    expect(await next).toMatchObject({ count: 0 });
  });

  it('use 96 % of the limit, at first of ours and then of the one that the provider states', async () => {
    const pace = sharedPace(database.db, { name: 'share', perSecond: 10, observe: () => {} });
    const spacing = async () => {
      const { rows } = await database.db.execute<{ ms: number }>(
        sql`select (extract(epoch from spacing) * 1000)::float8 as ms from rate_limits where name = 'share'`,
      );
      return rows[0]?.ms;
    };
    await pace.turn();
    expect(await spacing()).toBeCloseTo(1_000 / 9.6, 2);
    const rate = { limit: 40, windowMs: 2_000, retryAfterMs: null };
    await pace.learn({ status: 200, rate });
    expect(await spacing()).toBeCloseTo(2_000 / 38.4, 2);
    await pace.learn({ status: 200, rate: { ...rate, limit: 5, windowMs: null } });
    expect(await spacing()).toBeCloseTo(1_000 / 4.8, 2);
  });

  it('begin at the rate that is set at each start, also a lower one, and no later than that rate asks for', async () => {
    const observe = () => {};
    const start = (perSecond: number) => sharedPace(database.db, { name: 'starts', perSecond, observe });
    const everyMs = async (perSecond: number) => (await start(perSecond).reserve(1)).everyMs;
    expect(await everyMs(20)).toBeCloseTo(1_000 / 19.2, 2);
    expect(await everyMs(5)).toBeCloseTo(1_000 / 4.8, 2);
    await setSpacing(database.db, 'starts', 600_000);
    await takeTurns(database.db, 'starts', 600_000, { rank: 'urgent' });
    const next = await start(20).reserve(1);
    expect(next.everyMs).toBeCloseTo(1_000 / 19.2, 2);
    expect(next.waitMs).toBeLessThan(150);
  });

  it('go on at the rate that the provider states when another process has just begun at its own', async () => {
    const observe = () => {};
    const pace = sharedPace(database.db, { name: 'begun', perSecond: 5, observe });
    const rate = { limit: 5, windowMs: 1_000, retryAfterMs: null };
    await pace.turn();
    await pace.learn({ status: 200, rate });
    expect(
      await sharedPace(database.db, { name: 'begun', perSecond: 500, observe }).reserve(1),
    ).toMatchObject({
      count: 1,
    });
    await pace.learn({ status: 429, rate });
    expect((await pace.reserve(1)).everyMs).toBeCloseTo(1_000 / 4.8, 2);
  });

  it('are pushed back by a 429 that says for how long, and by no other answer', async () => {
    const pace = sharedPace(database.db, { name: 'told', perSecond: 1_000, observe: () => {} });
    await pace.turn();
    const rate = { limit: null, windowMs: null, retryAfterMs: 60_000 };
    await pace.learn({ status: 503, rate });
    await pace.learn({ status: 429, rate: { ...rate, retryAfterMs: null } });
    expect(await takeTurns(database.db, 'told', 1)).not.toBeNull();
    await pace.learn({ status: 429, rate });
    expect(await takeTurns(database.db, 'told', 1)).toBeNull();
  });

  it('are given to urgent mail while bulk mail gets none', async () => {
    const pace = sharedPace(database.db, { name: 'ranks', perSecond: 1_000, observe: () => {} });
    await pace.turn();
    await pushBack(database.db, 'ranks', 30_000);
    expect(await takeTurns(database.db, 'ranks', 1)).toBeNull();
    const before = await takenUntil('ranks');
    const stop = new AbortController();
    const turn = pace.turn(stop.signal, 'urgent');
    await expect.poll(() => takenUntil('ranks')).toBeGreaterThan(before);
    stop.abort();
    await turn;
  });

  it('follow the limit that the provider states', async () => {
    await takeTurns(database.db, 'learned', 100);
    await setSpacing(database.db, 'learned', 900);
    const before = await takenUntil('learned');
    await takeTurns(database.db, 'learned', 100);
    expect((await takenUntil('learned')) - before).toBeGreaterThanOrEqual(900 - rounding);
  });
});

describe('an issue at the pace of the provider', () => {
  it('meets hardly any 429, from several workers, although it starts too fast', async () => {
    const fake = await startFakeResend({ rateLimit: { limit: 10, windowMs: 1_000 } });
    onTestFinished(() => fake.close());
    const pipeline = await frozenIssue(3_000);
    onTestFinished(() => pipeline.close());
    const pace = sharedPace(pipeline.db, { name: 'resend', perSecond: 20, observe: () => {} });
    const onAnswer = (hint: Parameters<typeof pace.learn>[0]) => void pace.learn(hint);
    const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: fake.url, onAnswer });
    await Promise.all([1, 2, 3, 4].map(() => deliverIssue({ ...pipeline, mailer, pace }, week)));
    expect(fake.account.sent.totals()).toEqual({ accepted: 3_000, recipients: 3_000, duplicates: 0 });
    // At the pace that it starts with, one request in two would be: about 30.
    expect(fake.requests.filter(({ answered }) => answered === 429).length).toBeLessThanOrEqual(10);
  });
});
