import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Pace, unlimited } from '../../../../src/domain/sending/pace.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { pauseIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { endLeases } from '../../../support/database/leases.ts';
import { accepted, type ScriptedMailer, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { balancedReport } from '../../../support/pipeline/claim-batch.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

/** Turns that begin only after an hour. */
const late: Pace = {
  ...unlimited,
  reserve: async (atMost) => ({ count: atMost, waitMs: 3_600_000, everyMs: 0 }),
};

interface BatchRow extends Record<string, unknown> {
  readonly status: string;
  readonly attempts: number;
  readonly body: boolean;
  readonly attempted: boolean;
}

async function batches(): Promise<readonly BatchRow[]> {
  const { rows } = await pipeline.db.execute<BatchRow>(sql`
    select status, attempts, body_sha256 is not null as body, first_attempt_at is not null as attempted
    from batches order by no`);
  return rows;
}

/** Bodies small enough for many at once. */
const small = { bytes: 1_000 };

/** A mailer that answers when it is told to. */
function patientMailer(): { mailer: ScriptedMailer; answerAll: () => void } {
  const answers: (() => void)[] = [];
  const mailer = scriptedMailer(async (post) => {
    await new Promise<void>((resolve) => answers.push(resolve));
    return accepted(post);
  }, small);
  const answerAll = () => {
    for (const answer of answers.splice(0)) answer();
  };
  return { mailer, answerAll };
}

/** The machine may be busy. */
const patience = { timeout: 60_000 };

const untilPosted = (mailer: ScriptedMailer, count: number) =>
  expect.poll(() => mailer.posted.length, patience).toBe(count);

const claimed = (count: number) =>
  expect.poll(async () => (await batches()).filter(({ body }) => body).length, patience).toBe(count);

it('posts as many requests as there are turns while no answer comes', async () => {
  const { mailer, answerAll } = patientMailer();
  pipeline = await frozenIssue(2_500, mailer);
  const delivering = deliverIssue(pipeline, week);
  await untilPosted(mailer, 25);
  answerAll();
  await delivering;
  expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 2_500 });
});

it('lets each request leave at its own turn', async () => {
  const leftAt: number[] = [];
  const mailer = scriptedMailer(() => void leftAt.push(performance.now()), small);
  pipeline = await frozenIssue(500, mailer);
  const everyMs = 30;
  let [tat, reserved] = [performance.now(), 0];
  const pace: Pace = {
    ...unlimited,
    async reserve() {
      const waitMs = tat - performance.now();
      tat += everyMs;
      reserved += 1;
      return { count: 1, waitMs, everyMs };
    },
  };
  await deliverIssue({ ...pipeline, pace }, week);
  expect(reserved).toBeGreaterThanOrEqual(5);
  const first = leftAt[0] ?? 0;
  for (const [n, at] of leftAt.entries()) expect(at - first).toBeGreaterThan(n * everyMs * 0.9 - 5);
});

it('keeps the distance from an upload that began late, as on a new connection', async () => {
  const beganAt: number[] = [];
  const begin = async () => {
    if (beganAt.length === 0) await sleep(200);
    beganAt.push(performance.now());
  };
  const mailer = scriptedMailer(() => undefined, { ...small, begin });
  pipeline = await frozenIssue(300, mailer);
  const everyMs = 400;
  let tat = performance.now();
  const pace: Pace = {
    ...unlimited,
    async reserve() {
      tat += everyMs;
      return { count: 1, waitMs: tat - performance.now(), everyMs };
    },
  };
  await deliverIssue({ ...pipeline, pace }, week);
  const [first = 0, second = 0, third = 0] = beganAt;
  expect(Math.min(second - first, third - second)).toBeGreaterThan(everyMs * 0.9);
});

describe('a stop', () => {
  it('gives back at once what was claimed and not posted, and who left meanwhile is skipped later', async () => {
    const mailer = scriptedMailer(() => undefined);
    pipeline = await frozenIssue(250, mailer);
    const stop = new AbortController();
    const delivering = deliverIssue({ ...pipeline, pace: late }, week, { signal: stop.signal });
    await claimed(1);
    stop.abort();
    await delivering;
    const neverAttempted = { status: 'pending', attempts: 0, body: false, attempted: false };
    expect(await batches()).toEqual([neverAttempted, neverAttempted, neverAttempted]);
    expect(mailer.posted).toEqual([]);
    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email = 'reader-1@readers.example'`,
    );
    await deliverIssue(pipeline, week);
    expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 249, skipped: 1 });
  });

  it('keeps what is known of a batch that was attempted before', async () => {
    const mailer = scriptedMailer(() => ({ kind: 'retry', reason: 'reset', afterMs: 0, attempted: true }));
    pipeline = await frozenIssue(3, mailer);
    const first = new AbortController();
    await deliverIssue(pipeline, week, { signal: first.signal, onTrouble: () => first.abort() });
    const second = new AbortController();
    const delivering = deliverIssue({ ...pipeline, pace: late }, week, { signal: second.signal });
    await expect.poll(async () => (await batches())[0]?.attempts, patience).toBe(2);
    second.abort();
    await delivering;
    expect(await batches()).toEqual([{ status: 'pending', attempts: 1, body: true, attempted: true }]);
  });

  it('leaves alone what another process has taken over meanwhile', async () => {
    pipeline = await frozenIssue(
      3,
      scriptedMailer(() => undefined),
    );
    const stop = new AbortController();
    const delivering = deliverIssue({ ...pipeline, pace: late }, week, { signal: stop.signal });
    await claimed(1);
    await endLeases(pipeline.db);
    const other = patientMailer();
    const taken = deliverIssue({ ...pipeline, mailer: other.mailer }, week);
    await untilPosted(other.mailer, 1);
    stop.abort();
    await delivering;
    expect(await batches()).toMatchObject([{ status: 'submitting', attempts: 2 }]);
    other.answerAll();
    await taken;
    expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 3 });
  });

  it('waits for the answers under way and records them', async () => {
    const { mailer, answerAll } = patientMailer();
    pipeline = await frozenIssue(150, mailer);
    const stop = new AbortController();
    const delivering = deliverIssue(pipeline, week, { signal: stop.signal });
    await untilPosted(mailer, 2);
    stop.abort();
    answerAll();
    await delivering;
    expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 150 });
  });
});

it('a pause lets out at most what was claimed before it', async () => {
  const { mailer, answerAll } = patientMailer();
  pipeline = await frozenIssue(1_000, mailer);
  let reservations = 0;
  const pace: Pace = {
    ...unlimited,
    async reserve() {
      reservations += 1;
      if (reservations === 3) must(await pauseIssue(pipeline, week, { by: 'Ada' }));
      return { count: 1, waitMs: 20, everyMs: 20 };
    },
  };
  const delivering = deliverIssue({ ...pipeline, pace }, week);
  await untilPosted(mailer, 2);
  answerAll();
  await delivering;
  expect(mailer.posted).toHaveLength(2);
  expect(await balancedReport(pipeline)).toMatchObject({ status: 'paused', submitted: 200, pending: 800 });
});

it('renews the lease of a request that takes long, and of no other', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { mailer, answerAll } = patientMailer();
  pipeline = await frozenIssue(150, mailer);
  const delivering = deliverIssue(pipeline, week);
  await untilPosted(mailer, 2);
  const leases = async () => {
    const { rows } = await pipeline.db.execute<{ s: number }>(
      sql`select extract(epoch from lease_until - clock_timestamp())::float8 as s from batches order by no`,
    );
    return rows.map(({ s }) => s);
  };
  await pipeline.db.execute(sql`update batches set lease_until = clock_timestamp() + interval '5 s'`);
  await pipeline.db.execute(sql`update batches set token = gen_random_uuid() where no = 2`);
  vi.advanceTimersByTime(10_000);
  await expect.poll(async () => (await leases())[0], patience).toBeGreaterThan(15);
  expect((await leases())[1]).toBeLessThan(5);
  answerAll();
  await endLeases(pipeline.db);
  await untilPosted(mailer, 3);
  answerAll();
  await delivering;
  expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 150 });
});

it('records together the answers that come while others are being recorded', async () => {
  const { mailer, answerAll } = patientMailer();
  pipeline = await frozenIssue(2_000, mailer);
  const transactions = async () => {
    const { rows } = await pipeline.db.execute<{ n: number }>(
      sql`select count(distinct xmin::text)::int as n from batches where status = 'submitted'`,
    );
    return rows[0]?.n;
  };
  const delivering = deliverIssue(pipeline, week);
  await untilPosted(mailer, 20);
  answerAll();
  await delivering;
  expect(await transactions()).toBeLessThanOrEqual(2);
});

it('posts fewer at once after answers did not come in time', async () => {
  let [underWay, most] = [0, 0];
  const mailer = scriptedMailer(async (post) => {
    const isEarly = mailer.posted.length <= 10;
    underWay += 1;
    if (!isEarly) most = Math.max(most, underWay);
    // The first ten are under way together.
    await vi.waitUntil(() => mailer.posted.length >= 10, { timeout: 60_000, interval: 1 });
    underWay -= 1;
    if (!isEarly) return accepted(post);
    return { kind: 'retry', reason: 'no answer in time', afterMs: 0, attempted: true, timedOut: true };
  }, small);
  pipeline = await frozenIssue(1_000, mailer);
  await deliverIssue(pipeline, week);
  expect(most).toBeLessThanOrEqual(6);
  expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 1_000 });
});

it('ends, with patience, when nothing may be posted for longer, and leaves the rest for later', async () => {
  const mailer = scriptedMailer((post) =>
    post.key.endsWith('-1')
      ? { kind: 'retry', reason: 'later', afterMs: 60_000, attempted: true }
      : undefined,
  );
  pipeline = await frozenIssue(250, mailer);
  must(await deliverIssue(pipeline, week, { patienceMs: 30_000 }));
  expect(await balancedReport(pipeline)).toMatchObject({ status: 'sending', submitted: 150, pending: 100 });
});
