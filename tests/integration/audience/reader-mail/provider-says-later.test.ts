import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mailReaderJob } from '../../../../jobs/mail-reader.ts';
import { maintainAudience } from '../../../../src/audience/maintain-audience.ts';
import { mailLink } from '../../../../src/audience/reader-mail/mail-link.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { readAlarms } from '../../../../src/pipeline/notify/raise-alarms.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import {
  accepted,
  type Posted,
  type ScriptedMailer,
  scriptedMailer,
} from '../../../support/mail/scripted-mailer.ts';
import { at, type TestPipeline, testPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let pipeline: TestPipeline;
let mailer: ScriptedMailer;
/** What the provider answers, until a test changes it. */
let answer: (post: Posted) => BatchOutcome;

beforeEach(async () => {
  answer = accepted;
  mailer = scriptedMailer((post) => answer(post));
  pipeline = { ...(await testPipeline({ settings: { editorEmails: ['editor@desk.example'] } })), mailer };
  await addReaders(pipeline.db, 1, 'pending');
  await pipeline.db.transaction((tx) => mailLink(pipeline, tx, { mail: 'confirm', subscriberId: 1 }));
});

afterEach(() => pipeline.close());

/** The pipeline so long after the mail was enqueued. */
const after = (ms: number) => at(pipeline, new Date(tuesday.getTime() + ms));

/** The minute of the schedule, and the jobs that follow from it. Those that fail are left to the queue. */
async function minute(ms: number): Promise<void> {
  const ctx = after(ms);
  await maintainAudience(ctx);
  // The queue's own delays are real time.
  await ctx.db.execute(sql`update pgboss.job set start_after = now() where state = 'retry'`);
  await ctx.queue.drain('mail-reader', mailReaderJob(ctx)).catch(() => {});
}

const alarms = async (ms: number) => (await readAlarms(after(ms))).map(({ kind }) => kind);

const tomorrow = (): BatchOutcome => ({
  kind: 'pause-issue',
  reason: 'The daily quota is used up.',
  afterMs: 15 * hourMs,
});

test('a mail that the provider takes tomorrow is tried tomorrow, and mailed once', async () => {
  answer = tomorrow;
  await minute(0);
  for (let hour = 1; hour < 15; hour += 1) await minute(hour * hourMs);
  expect(mailer.posted).toHaveLength(1);
  expect(await alarms(2 * hourMs)).toEqual(['reader-mail-waits']);
  answer = accepted;
  await minute(15 * hourMs);
  await minute(16 * hourMs);
  expect(mailer.posted).toHaveLength(2);
  expect(await alarms(16 * hourMs)).toEqual([]);
});

test('a mail is tried until its link expires; then it is given up, which is an alarm for a week', async () => {
  answer = () => ({ kind: 'hold-issue', reason: 'Resend refuses RESEND_API_KEY.', attempted: false });
  for (let hour = 0; hour < 7 * 24; hour += 6) await minute(hour * hourMs);
  const tries = mailer.posted.length;
  expect(tries).toBeGreaterThan(25);
  expect(await alarms(7 * dayMs - 1)).toEqual(['reader-mail-waits']);
  answer = accepted;
  await minute(7 * dayMs);
  await minute(7 * dayMs + hourMs);
  expect(mailer.posted).toHaveLength(tries);
  expect(await readAlarms(after(8 * dayMs))).toMatchObject([
    { kind: 'reader-mail-given-up', mails: 1, reason: 'Resend refuses RESEND_API_KEY.' },
  ]);
  expect(await alarms(15 * dayMs)).toEqual([]);
});

test('a mail that may have been accepted is not posted after the provider may have forgotten its key', async () => {
  answer = () => ({ kind: 'retry', reason: 'no answer', afterMs: 30 * 60_000, attempted: true });
  await minute(0);
  answer = tomorrow;
  await minute(10 * hourMs);
  expect(mailer.posted).toHaveLength(2);
  answer = accepted;
  await minute(25 * hourMs);
  expect(mailer.posted).toHaveLength(2);
  expect(await alarms(25 * hourMs)).toEqual(['reader-mail-given-up']);
});

test('a quota that was used up at first does not shorten the time for a later attempt without an answer', async () => {
  answer = tomorrow;
  await minute(0);
  answer = () => ({ kind: 'retry', reason: 'no answer', afterMs: hourMs, attempted: true });
  await minute(30 * hourMs);
  answer = accepted;
  await minute(50 * hourMs);
  expect(mailer.posted.map(({ key }) => key)).toEqual(Array(3).fill(mailer.posted[0]?.key));
  expect(await alarms(50 * hourMs)).toEqual([]);
});

test('a process that dies after the provider accepted the mail leaves it to the next, which posts the same bytes under the same key', async () => {
  const dies = async () => {
    throw new Error('died');
  };
  const dying = {
    ...pipeline,
    mailer: {
      ...mailer,
      prepare: async (batch: Parameters<typeof mailer.prepare>[0]) => {
        const prepared = await mailer.prepare(batch);
        return {
          ...prepared,
          post: async (key: string) => {
            await prepared.post(key);
            return dies();
          },
        };
      },
    },
  };
  await expect(pipeline.queue.drain('mail-reader', mailReaderJob(dying))).rejects.toThrow('died');
  await minute(60_000);
  expect(mailer.posted).toHaveLength(2);
  expect(mailer.posted[0]).toEqual(mailer.posted[1]);
});

test('two processes with the same job post the mail under one key, and a third posts nothing', async () => {
  const job = { mail: { kind: 'confirm', linkId: 1 } } as const;
  await Promise.all([mailReaderJob(pipeline)(job), mailReaderJob(pipeline)(job)]);
  await mailReaderJob(pipeline)(job);
  expect(new Set(mailer.posted.map(({ key }) => key)).size).toBe(1);
  expect(mailer.posted.length).toBeLessThanOrEqual(2);
});

test('a mail whose reader is gone is dropped without an alarm', async () => {
  answer = tomorrow;
  await minute(0);
  await pipeline.db.execute(sql`delete from subscribers`);
  await minute(15 * hourMs);
  expect(mailer.posted).toHaveLength(1);
  expect(await alarms(16 * hourMs)).toEqual([]);
});

test('an address that the provider refuses is not tried again, and is no alarm', async () => {
  answer = () => ({ kind: 'refused', reason: 'Invalid `to` field', aboutRecipient: true });
  await minute(0);
  await minute(hourMs);
  expect(mailer.posted).toHaveLength(1);
  expect(await alarms(2 * hourMs)).toEqual([]);
});
