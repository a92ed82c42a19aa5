import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eraseByHand, eraseReader } from '../../../../src/audience/data/erase.ts';
import { importSubscribers } from '../../../../src/audience/import-export/import-subscribers.ts';
import { suppressByHand } from '../../../../src/audience/suppression/suppress.ts';
import type { PipelineEvent } from '../../../../src/domain/event.ts';
import type { Mailer } from '../../../../src/domain/sending/mailer.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { runWeek } from '../../../../src/pipeline/schedule/run-week.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { cancelIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { publicApp } from '../../../../src/web/public/app.ts';
import { tablesWith as findTables } from '../../../support/database/tables-with.ts';
import { eventOf, postEvent, signEvent } from '../../../support/fake-resend/webhooks.ts';
import { frozenIssue, importSample } from '../../../support/pipeline/frozen-issue.ts';
import { mailTo, pathIn, runReaderJobs } from '../../../support/pipeline/reader-jobs.ts';
import { must, type TestPipeline, testPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const ada = 'Ada.Lovelace@readers.example';

let pipeline: TestPipeline;
let log: PipelineEvent[];

beforeEach(async () => {
  log = [];
  pipeline = { ...(await testPipeline()), observe: (event) => void log.push(event) };
});

afterEach(() => pipeline.close());

const post = async (path: string, fields: Record<string, string> = {}) =>
  publicApp(pipeline, {
    onError: (error) => {
      throw error;
    },
  }).request(path, { method: 'POST', body: new URLSearchParams(fields) });

async function signUpAndConfirm(email: string): Promise<void> {
  await post('/subscribe', { email });
  await runReaderJobs(pipeline);
  await post(pathIn(await mailTo(pipeline, email, 'confirm'), '/confirm/'));
  await runReaderJobs(pipeline);
}

const tablesWith = (text: string) => findTables(pipeline.db, text);

async function tokenOf(email: string): Promise<string> {
  const { rows } = await pipeline.db.execute<{ reader_token: string }>(
    sql`select reader_token from subscribers where email = ${email}`,
  );
  return rows[0]?.reader_token ?? '';
}

const reader = 'reader-1@readers.example';

async function idOf(email: string): Promise<number> {
  const { rows } = await pipeline.db.execute<{ id: number }>(
    sql`select id::int as id from subscribers where email = ${email}`,
  );
  return rows[0]?.id ?? 0;
}

/** An issue whose only batch, of two, was posted once and got this answer. With `now` set to null the next is posted. */
async function triedBatch(first: BatchOutcome): Promise<{ now: BatchOutcome | null }> {
  const answer: { now: BatchOutcome | null } = { now: first };
  const outbox = pipeline.mailer;
  const prepare: Mailer['prepare'] = async (batch) => {
    const prepared = await outbox.prepare(batch);
    return { ...prepared, post: async (key) => answer.now ?? prepared.post(key) };
  };
  pipeline = await frozenIssue(2, { ...outbox, prepare }, pipeline);
  const stop = new AbortController();
  await deliverIssue(pipeline, week, { signal: stop.signal, onTrouble: () => stop.abort() });
  return answer;
}

describe('erasure', () => {
  test('by the reader’s own link removes the address and the token from every table and job', async () => {
    await importSample(pipeline);
    await signUpAndConfirm(ada);
    const token = await tokenOf(ada);
    expect(await runWeek(pipeline, week, 'Ada')).toMatchObject({ ok: true, submittedNow: 1 });
    await post(`/preferences/${token}`, { action: 'data' });
    await runReaderJobs(pipeline);
    const link = pathIn(await mailTo(pipeline, ada, 'data-link'), '/data/');
    // Proves that the search works.
    expect(await tablesWith(ada)).toEqual(['public.deliveries', 'public.subscribers']);
    expect(await tablesWith(token)).toEqual(['public.deliveries', 'public.subscribers']);

    expect((await post(link, { action: 'erase' })).status).toBe(200);
    await runReaderJobs(pipeline);
    expect(await tablesWith(ada)).toEqual([]);
    expect(await tablesWith('lovelace')).toEqual([]);
    expect(await tablesWith(token)).toEqual([]);
    expect(log.length).toBeGreaterThan(3);
    expect(JSON.stringify(log).toLowerCase()).not.toContain('lovelace');
    expect(JSON.stringify(log)).not.toContain(token);
    const status = await issueStatus(pipeline, week);
    expect(status).toMatchObject({ report: { audience: 1, submitted: 1, balances: true } });
  });

  test('is not undone by a complaint that the provider reports late', async () => {
    await signUpAndConfirm(ada);
    expect(await eraseByHand(pipeline, ada)).toEqual({ kind: 'erased' });
    const event = signEvent(eventOf({ id: 'e1', to: [ada] }, 'email.complained'));
    const app = publicApp(pipeline, { onError: () => {} });
    expect(await postEvent(app.fetch, event)).toBe(200);
    expect(await tablesWith(ada)).toEqual([]);
  });

  test('waits for an open batch that was tried, and completes once it is settled', async () => {
    const answer = await triedBatch({ kind: 'retry', reason: 'later', afterMs: 0, attempted: true });
    expect(await eraseByHand(pipeline, reader)).toEqual({ kind: 'waits', weeks: [week] });
    expect(await tablesWith(reader)).toContain('public.deliveries');
    answer.now = null;
    await deliverIssue(pipeline, week);
    const id = await idOf(reader);
    expect(await eraseReader(pipeline, id)).toEqual({ kind: 'erased' });
    expect(await tablesWith(reader)).toEqual([]);
    expect(await eraseReader(pipeline, id)).toEqual({ kind: 'unknown' });
  });

  test('is off when the reader subscribes anew while it waits', async () => {
    const answer = await triedBatch({ kind: 'retry', reason: 'later', afterMs: 0, attempted: true });
    expect(await eraseByHand(pipeline, reader)).toMatchObject({ kind: 'waits' });
    answer.now = null;
    await signUpAndConfirm(reader);
    expect(await eraseReader(pipeline, await idOf(reader))).toEqual({ kind: 'unknown' });
    const { rows } = await pipeline.db.execute(
      sql`select status from subscribers where email = ${reader} and erase_requested_at is null`,
    );
    expect(rows).toEqual([{ status: 'confirmed' }]);
  });

  test('does not wait for what a person has to settle in a cancelled issue, since nobody posts that again', async () => {
    await triedBatch({ kind: 'unknown', reason: 'no answer' });
    expect(await eraseByHand(pipeline, reader)).toEqual({ kind: 'waits', weeks: [week] });
    must(await cancelIssue(pipeline, week, { by: 'Ada', reason: 'enough' }));
    expect(await eraseReader(pipeline, await idOf(reader))).toEqual({ kind: 'erased' });
    expect(await tablesWith(reader)).toEqual([]);
    expect(await issueStatus(pipeline, week)).toMatchObject({
      report: { status: 'cancelled', audience: 2, unknown: 2, balances: true },
    });
  });

  test('takes a reader out of a batch not tried yet, and the ledger still balances', async () => {
    pipeline = await frozenIssue(3, undefined, pipeline);
    expect(await eraseByHand(pipeline, 'READER-2@readers.example')).toEqual({ kind: 'erased' });
    expect(await tablesWith('reader-2@')).toEqual([]);
    await deliverIssue(pipeline, week);
    expect(await issueStatus(pipeline, week)).toMatchObject({
      report: { status: 'sent', audience: 3, submitted: 2, skipped: 1, balances: true },
    });
  });

  test('keeps a hash, so no import brings them back; their own sign-up does', async () => {
    await signUpAndConfirm(ada);
    expect(await eraseByHand(pipeline, ada)).toEqual({ kind: 'erased' });
    const imported = await importSubscribers(
      pipeline.db,
      Readable.from([`email\n${ada}\nbob@readers.example\n`]),
      {
        consentSource: 'import by Bob',
        at: pipeline.clock.now(),
        keys: pipeline.keys,
      },
    );
    expect(imported).toMatchObject({ ok: true, added: 1, unsubscribed: 1 });
    expect(await tablesWith(ada)).toEqual([]);
    await signUpAndConfirm(ada);
    expect(await tablesWith(ada)).toEqual(['public.subscribers']);
  });

  test('keeps the reason of a suppression, so a new sign-up is not mailed either', async () => {
    await signUpAndConfirm(ada);
    await suppressByHand(pipeline.db, ada as never, 'asked by letter');
    expect(await eraseByHand(pipeline, ada)).toEqual({ kind: 'erased' });
    await post('/subscribe', { email: ada });
    await runReaderJobs(pipeline);
    expect(await tablesWith(ada)).toEqual([]);
  });

  test('covers an address that is only suppressed, and says when nothing has it', async () => {
    await suppressByHand(pipeline.db, 'x@readers.example' as never, 'by hand');
    expect(await eraseByHand(pipeline, 'X@readers.example')).toEqual({ kind: 'erased' });
    expect(await tablesWith('x@readers.example')).toEqual([]);
    expect(await eraseByHand(pipeline, 'X@readers.example')).toEqual({ kind: 'unknown' });
  });
});
