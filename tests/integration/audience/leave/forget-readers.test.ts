import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetReaders } from '../../../../src/audience/leave/forget-readers.ts';
import { unsubscribe } from '../../../../src/audience/leave/unsubscribe.ts';
import { maintainAudience } from '../../../../src/audience/maintain-audience.ts';
import { recordSignUps } from '../../../../src/audience/sign-up/record-sign-ups.ts';
import type { Db } from '../../../../src/db/client.ts';
import { forgetSubscribers, lockForgettable } from '../../../../src/db/queries/audience/forgetting.ts';
import type { PipelineEvent } from '../../../../src/domain/event.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { tick } from '../../../../src/pipeline/schedule/tick.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { setAttempted } from '../../../support/database/attempted-batches.ts';
import { addSentIssues } from '../../../support/database/sent-issues.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { tablesWith } from '../../../support/database/tables-with.ts';
import { accepted, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { leftDaysAgo, peopleAndDeliveries } from '../../../support/pipeline/former-readers.ts';
import { runReaderJobs } from '../../../support/pipeline/reader-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const dayMs = 86_400_000;
const reader = (n: number) => `reader-${n}@readers.example`;

describe('somebody who left more than RETENTION_DAYS ago', () => {
  it('is forgotten: neither address nor token nor sign-up stays, and the issues add up as before', async () => {
    const pipeline = await shared.frozen(3);
    must(await deliverIssue(pipeline, week));
    const [first] = (
      await pipeline.db.execute<{ token: string }>(
        sql`select reader_token as token from subscribers order by id`,
      )
    ).rows;
    await recordSignUps(pipeline, [
      {
        email: reader(1) as never,
        ip: '192.0.2.1',
        source: 'sign-up page',
        purpose: 'subscribe',
        shownVersion: null,
      },
    ]);
    await runReaderJobs(pipeline);
    await unsubscribe(pipeline, [first?.token ?? '']);
    await runReaderJobs(pipeline);
    await pipeline.db.execute(sql`insert into mail_events (event_id, type, issue_id, batch_no, subscriber_id, at)
      values ('e1', 'delivered', 1, 1, 1, now())`);
    const before = must(await issueStatus(pipeline, week)).report;
    // Proves that the search works.
    expect(await tablesWith(pipeline.db, reader(1))).toEqual(['public.deliveries', 'public.subscribers']);

    const log: PipelineEvent[] = [];
    const later = (days: number) => ({
      ...at(pipeline, new Date(tuesday.getTime() + days * dayMs)),
      observe: (event: PipelineEvent) => void log.push(event),
    });
    expect(await forgetReaders(later(364))).toBe(0);
    expect(log).toEqual([]);
    expect(await forgetReaders(later(366))).toBe(1);
    expect(log).toEqual([{ kind: 'readers-forgotten', readers: 1 }]);
    expect(await tablesWith(pipeline.db, reader(1))).toEqual([]);
    expect(await tablesWith(pipeline.db, first?.token ?? '')).toEqual(['public.erased_addresses']);
    expect((await pipeline.db.execute(sql`select from sign_ups where subscriber_id = 1`)).rows).toEqual([]);
    expect((await pipeline.db.execute(sql`select left_at from erased_addresses`)).rows).toEqual([
      { left_at: expect.stringContaining('2026-11-24 09:00:00') },
    ]);
    expect(must(await issueStatus(pipeline, week)).report).toEqual(before);
    expect(await tablesWith(pipeline.db, reader(2))).toEqual(['public.deliveries', 'public.subscribers']);
  });

  it('is forgotten after any other RETENTION_DAYS that are set', async () => {
    const pipeline = shared.empty({ retentionDays: 30 });
    await addReaders(pipeline.db, 2);
    await leftDaysAgo(pipeline, 29, reader(1));
    await leftDaysAgo(pipeline, 31, reader(2));
    expect(await forgetReaders(pipeline)).toBe(1);
    expect(await tablesWith(pipeline.db, reader(1))).toEqual(['public.subscribers']);
  });

  it('is not forgotten for 24 hours after the clock jumped by more than an hour', async () => {
    const pipeline = shared.empty();
    await addReaders(pipeline.db, 1);
    await leftDaysAgo(pipeline, 0, reader(1));
    const hoursLater = (hours: number) => at(pipeline, new Date(tuesday.getTime() + hours * 3_600_000));
    await tick(hoursLater(0));
    await tick(hoursLater(366 * 24));
    await maintainAudience(hoursLater(366 * 24 + 1));
    expect(await tablesWith(pipeline.db, reader(1))).toEqual(['public.subscribers']);
    await maintainAudience(hoursLater(366 * 24 + 24));
    expect(await tablesWith(pipeline.db, reader(1))).toEqual([]);
  });

  it('waits while a link that was mailed may still work, and while an erasure is under way', async () => {
    const pipeline = shared.empty();
    await addReaders(pipeline.db, 3);
    await leftDaysAgo(pipeline, 400, reader(1), reader(2), reader(3));
    await recordSignUps(pipeline, [
      {
        email: reader(1) as never,
        ip: '192.0.2.1',
        source: 'sign-up page',
        purpose: 'subscribe',
        shownVersion: null,
      },
    ]);
    await runReaderJobs(pipeline);
    await pipeline.db.execute(
      sql`update subscribers set erase_requested_at = now() where email = ${reader(2)}`,
    );
    expect(await forgetReaders(pipeline)).toBe(1);
    expect(await tablesWith(pipeline.db, reader(3))).toEqual([]);
    await maintainAudience(at(pipeline, new Date(tuesday.getTime() + 9 * dayMs)));
    expect(await tablesWith(pipeline.db, reader(1))).toEqual([]);
  });

  it('is not forgotten if a link was mailed after the look and before the lock', async () => {
    const pipeline = shared.empty();
    await addReaders(pipeline.db, 2);
    await leftDaysAgo(pipeline, 400, reader(1), reader(2));
    await pipeline.db.execute(sql`
      insert into mailed_links (purpose, subscriber_id, nonce, token_sha256, created_at, expires_at)
      values ('confirm', 1, 'n', 'h', now(), now())`);
    const hashed = [1, 2].map((id) => ({ id, addressHash: `hash ${id}` }));
    const forgotten = await pipeline.db.transaction((tx) => forgetSubscribers(tx, hashed, 'id', tuesday));
    expect(forgotten).toBe(1);
    expect(await tablesWith(pipeline.db, reader(1))).toContain('public.subscribers');
  });
});

it('two addresses that only PostgreSQL tells apart leave one hash, with the reason of a suppression', async () => {
  const pipeline = shared.empty();
  await addReaders(pipeline.db, 2);
  await leftDaysAgo(pipeline, 400, reader(1), reader(2));
  await pipeline.db.execute(sql`insert into suppressions (email, reason) values (${reader(2)}, 'complaint')`);
  const hashed = [1, 2].map((id) => ({ id, addressHash: 'one for both' }));
  expect(await pipeline.db.transaction((tx) => forgetSubscribers(tx, hashed, 'id', tuesday))).toBe(2);
  expect(await tablesWith(pipeline.db, 'readers.example')).toEqual([]);
  const { rows } = await pipeline.db.execute(sql`select address_hash, suppression from erased_addresses`);
  expect(rows).toEqual([{ address_hash: 'one for both', suppression: 'complaint' }]);
});

describe('an issue that is not finished', () => {
  it.each([
    ['sending', 'pending'],
    ['sending', 'submitting'],
    ['sending', 'submitted'],
    ['held', 'held'],
    ['held', 'unknown'],
    ['paused', 'pending'],
    ['cancelled', 'pending'],
    ['cancelled', 'submitting'],
  ])('keeps the addresses of its deliveries: %s with a batch %s', async (status, batch) => {
    const pipeline = await shared.frozen(2);
    await setAttempted(pipeline.db, batch);
    await setIssue(pipeline.db, status);
    await leftDaysAgo(pipeline, 400, reader(1));
    const before = await peopleAndDeliveries(pipeline.db);
    expect(await forgetReaders(pipeline)).toBe(0);
    expect(await peopleAndDeliveries(pipeline.db)).toEqual(before);
  });

  it.each([
    ['sent', 'submitted'],
    ['cancelled', 'cancelled'],
    ['cancelled', 'unknown'],
    ['cancelled', 'submitted'],
  ])('keeps them no longer: %s with a batch %s', async (status, batch) => {
    const pipeline = await shared.frozen(2);
    await setAttempted(pipeline.db, batch);
    await setIssue(pipeline.db, status);
    await leftDaysAgo(pipeline, 400, reader(1));
    expect(await forgetReaders(pipeline)).toBe(1);
    expect(await tablesWith(pipeline.db, reader(1))).toEqual([]);
  });

  it('posts the same bytes again, to somebody who left in between too', async () => {
    let answer: 'later' | 'yes' = 'later';
    const mailer = scriptedMailer((post) =>
      answer === 'yes' ? accepted(post) : { kind: 'retry', reason: 'no answer', afterMs: 0, attempted: true },
    );
    const pipeline = await shared.frozen(2, mailer);
    const stop = new AbortController();
    await deliverIssue(pipeline, week, { signal: stop.signal, onTrouble: () => stop.abort() });
    await leftDaysAgo(pipeline, 400, reader(1));
    expect(await forgetReaders(pipeline)).toBe(0);
    answer = 'yes';
    must(await deliverIssue(pipeline, week));
    expect(new Set(mailer.posted.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(await forgetReaders(pipeline)).toBe(1);
    expect(must(await issueStatus(pipeline, week)).report).toMatchObject({ submitted: 2, balances: true });
  });

  const setIssue = (db: Db, status: string) =>
    db.execute(sql`update issues set status = ${status}, finished_at = case when ${status === 'sent'} then now() end,
      held_kind = case when ${status === 'held'} then 'answer' end, held_reason = case when ${status === 'held'} then 'x' end,
      paused_kind = case when ${status === 'paused'} then 'editor' end`);
});

describe('forgetting many', () => {
  const count = 900;
  const issues = 12;
  let pipeline: TestPipeline;

  beforeEach(async () => {
    pipeline = shared.empty();
    await addReaders(pipeline.db, count);
    await addSentIssues(pipeline.db, issues);
    await leftDaysAgo(pipeline, 400, ...Array.from({ length: count - 100 }, (_, n) => reader(n + 1)));
  });

  it('changes at most 5,000 rows in a transaction', async () => {
    const perTransaction = await pipeline.db.transaction((tx) => lockForgettable(tx, tuesday));
    expect(perTransaction.length * (issues + 2)).toBeLessThanOrEqual(5_000);
    expect(perTransaction.length).toBeGreaterThan(200);
  });

  it('gives the same wherever it is stopped, and when it is run again', async () => {
    const dying = (atTransaction: number, mode: 'before commit' | 'before it begins'): TestPipeline => {
      let transactions = 0;
      const db: Db = Object.create(pipeline.db, {
        transaction: {
          value: (work: Parameters<Db['transaction']>[0]) => {
            transactions += 1;
            if (transactions < atTransaction) return pipeline.db.transaction(work);
            if (mode === 'before it begins') throw new Error('died');
            return pipeline.db.transaction(async (tx) => {
              await work(tx);
              throw new Error('died');
            });
          },
        },
      });
      return { ...pipeline, db };
    };
    const untouched = await peopleAndDeliveries(pipeline.db);
    await expect(forgetReaders(dying(1, 'before commit'))).rejects.toThrow('died');
    expect(await peopleAndDeliveries(pipeline.db)).toEqual(untouched);
    await expect(forgetReaders(dying(2, 'before it begins'))).rejects.toThrow('died');
    await expect(forgetReaders(dying(2, 'before commit'))).rejects.toThrow('died');
    expect(await forgetReaders(pipeline)).toBeGreaterThan(0);
    const done = await peopleAndDeliveries(pipeline.db);
    expect(await forgetReaders(pipeline)).toBe(0);
    expect(await peopleAndDeliveries(pipeline.db)).toEqual(done);
    expect(done).toEqual(expectedAfter(untouched as People));
  });

  it('is shared by processes that run at once', async () => {
    const untouched = await peopleAndDeliveries(pipeline.db);
    const forgotten = await Promise.all([1, 2, 3].map(() => forgetReaders(pipeline)));
    expect(forgotten.reduce((sum, n) => sum + n, 0)).toBe(count - 100);
    expect(await peopleAndDeliveries(pipeline.db)).toEqual(expectedAfter(untouched as People));
  });

  interface People {
    readonly subscribers: readonly { id: number; email: string; status: string; reader_token: string }[];
    readonly deliveries: readonly { id: number; email: string; reader_token: string }[];
  }

  function expectedAfter({ subscribers, deliveries }: People) {
    const left = new Set(subscribers.filter(({ status }) => status === 'unsubscribed').map(({ id }) => id));
    return {
      subscribers: subscribers.filter(({ id }) => !left.has(id)),
      hashes: subscribers
        .filter(({ id }) => left.has(id))
        .map(({ email, reader_token }) => ({
          address_hash: pipeline.keys.hashAddress(email),
          suppression: null,
          left_at: expect.any(String),
          reader_token,
          secret_id: pipeline.keys.secretId(),
        }))
        .toSorted((a, b) => compare(a.address_hash, b.address_hash)),
      deliveries: deliveries.map((row) => (left.has(row.id) ? { ...row, email: '', reader_token: '' } : row)),
    };
  }

  const compare = (a: string, b: string) => (a < b ? -1 : 1);
});
