import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sayGoodbye, unsubscribe } from '../../../../src/audience/leave/unsubscribe.ts';
import { mailReader } from '../../../../src/audience/reader-mail/mail-reader.ts';
import { takeTurns } from '../../../../src/db/queries/sending/rate-limits.ts';
import type { Mailer } from '../../../../src/domain/sending/mailer.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { openQueue } from '../../../../src/queue/queue.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { readerMails } from '../../../support/pipeline/reader-jobs.ts';
import { type TestPipeline, testPipeline } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = await testPipeline();
  await addReaders(pipeline.db, 1);
});

afterEach(() => pipeline.close());

const goodbye = { kind: 'goodbye', subscriberId: 1, at: '2026-11-24T09:00:00.000Z' } as const;

async function leave(): Promise<void> {
  const { rows } = await pipeline.db.execute<{ reader_token: string }>(
    sql`select reader_token from subscribers`,
  );
  await unsubscribe(pipeline, [rows[0]?.reader_token ?? '']);
  await sayGoodbye(pipeline);
}

/** The outbox, except that its first answers are replaced by these. */
function answering(answers: BatchOutcome[]): { mailer: Mailer; posted: { key: string; sha256: string }[] } {
  const posted: { key: string; sha256: string }[] = [];
  const mailer: Mailer = {
    ...pipeline.mailer,
    prepare: async (batch) => {
      const prepared = await pipeline.mailer.prepare(batch);
      return {
        ...prepared,
        post: async (key) => {
          posted.push({ key, sha256: prepared.sha256 });
          const outcome = await prepared.post(key);
          return answers.shift() ?? outcome;
        },
      };
    },
  };
  return { mailer, posted };
}

describe('a mail to a reader', () => {
  test('is posted again under the same key with the same bytes, and arrives once', async () => {
    await leave();
    const lost: BatchOutcome = { kind: 'retry', reason: 'no answer', afterMs: null, attempted: true };
    const { mailer, posted } = answering([lost]);
    const ctx = { ...pipeline, mailer };
    await expect(mailReader(ctx, goodbye)).rejects.toThrow('the mail goodbye was not accepted: no answer');
    await mailReader(ctx, goodbye);
    expect(posted).toHaveLength(2);
    expect(posted[0]).toEqual(posted[1]);
    expect(await readerMails(pipeline)).toHaveLength(1);
  });

  test('is not tried again when the address is refused', async () => {
    await leave();
    const { mailer } = answering([{ kind: 'refused', reason: 'Invalid `to` field', aboutRecipient: true }]);
    await mailReader({ ...pipeline, mailer }, goodbye);
  });

  test('is not sent to a reader who is subscribed again, suppressed or gone', async () => {
    const expectNoMail = async () => {
      await mailReader(pipeline, goodbye);
      expect(await readerMails(pipeline)).toEqual([]);
    };
    await expectNoMail();
    await leave();
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values ('reader-1@readers.example', 'complaint')`,
    );
    await expectNoMail();
    await pipeline.db.execute(sql`delete from subscribers`);
    await expectNoMail();
  });

  test('leaves no address in the queue, even when it fails', async () => {
    await leave();
    const queue = openQueue(pipeline.database.url, { onError: () => {} });
    const stop = new AbortController();
    const failing = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
    const fails = async () => {
      throw new Error('params: reader-1@readers.example, Zx9_-aBcDeFgHiJkLmNoPq');
    };
    const idle = async () => {};
    await queue.work(
      {
        'compose-issue': idle,
        'send-issue': idle,
        'deliver-issue': idle,
        'reconcile-issue': idle,
        'tell-editors': idle,
        'settle-sign-up': idle,
        'mail-reader': fails,
        'erase-reader': idle,
      },
      {
        concurrency: {
          'compose-issue': 1,
          'send-issue': 1,
          'deliver-issue': 1,
          'reconcile-issue': 1,
          'tell-editors': 1,
          'settle-sign-up': 1,
          'mail-reader': 1,
          'erase-reader': 1,
        },
        onError: () => stop.abort(),
      },
    );
    await failing;
    await queue.stop(5_000);
    const { rows } = await pipeline.db.execute<{ job: string; output: string }>(
      sql`select t::text as job, output::text as output from pgboss.job t where name = 'mail-reader'`,
    );
    expect(rows[0]?.output).toContain('params: [address], [token]');
    expect(rows[0]?.job).not.toMatch(/readers\.example|Zx9_/);
  });
});

test('an urgent mail gets a turn while bulk mail waits for its own', async () => {
  for (let turn = 0; turn < 20; turn += 1) await takeTurns(pipeline.db, 'resend', 100);
  expect(await takeTurns(pipeline.db, 'resend', 100)).toBeNull();
  const urgent = await takeTurns(pipeline.db, 'resend', 100, { rank: 'urgent' });
  expect(urgent?.waitMs).toBeGreaterThan(0);
  expect(urgent?.waitMs).toBeLessThan(1_200);
  expect(await takeTurns(pipeline.db, 'resend', 100)).toBeNull();
});
