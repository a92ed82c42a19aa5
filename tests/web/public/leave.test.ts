import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sayGoodbye, unsubscribe } from '../../../src/audience/leave/unsubscribe.ts';
import { maintainAudience } from '../../../src/audience/maintain-audience.ts';
import { confirmSubscription } from '../../../src/db/queries/audience/subscriptions.ts';
import { openQueue, type Queue } from '../../../src/queue/queue.ts';
import { publicApp } from '../../../src/web/public/app.ts';
import { type Cable, cableTo } from '../../support/database/cable.ts';
import { addReaders } from '../../support/database/subscribers.ts';
import { form } from '../../support/pages/public-client.ts';
import { readerMails, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';
import { type TestPipeline, testPipeline } from '../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
let token: string;
/** The way to the queue alone. */
let cable: Cable;
let queue: Queue;

beforeEach(async () => {
  pipeline = await testPipeline();
  await addReaders(pipeline.db, 1);
  token = await only<{ reader_token: string }>('reader_token').then((row) => row.reader_token);
  cable = await cableTo(pipeline.database.url);
  queue = openQueue(cable.url, { onError: () => {} });
});
afterEach(async () => {
  cable.restore();
  await queue.stop(0);
  await cable.close();
  await pipeline.close();
});

async function only<Row extends Record<string, unknown>>(columns: string): Promise<Row> {
  const { rows } = await pipeline.db.execute<Row>(sql`select ${sql.raw(columns)} from subscribers`);
  return rows[0] as Row;
}

/** On the readers' pages of a process that reaches the queue by the cable. */
async function post(path: string, fields: Record<string, string> = {}) {
  const failed: string[] = [];
  const ctx = {
    ...pipeline,
    queue,
    observe: (event: Parameters<TestPipeline['observe']>[0]) => {
      if (event.kind === 'failed') failed.push(event.what);
    },
  };
  const answer = await publicApp(ctx, { onError: () => {} }).request(path, form(fields));
  return { status: answer.status, page: await answer.text(), failed };
}

async function goodbyesMailed(): Promise<number> {
  await runReaderJobs(pipeline);
  return (await readerMails(pipeline)).length;
}

it.each([
  ['in one click', () => post(`/u/${token}`)],
  ['on the page of preferences', () => post(`/preferences/${token}`, { action: 'leave' })],
])('leaving %s succeeds while the queue cannot be reached, and the goodbye follows', async (_, leave) => {
  cable.cut();
  const left = await leave();
  expect(left).toMatchObject({ status: 200, failed: ['goodbye'] });
  expect(left.page).toContain('You are unsubscribed');
  expect(await only('status')).toEqual({ status: 'unsubscribed' });
  expect(await goodbyesMailed()).toBe(0);
  await maintainAudience(pipeline);
  expect(await goodbyesMailed()).toBe(1);
  await maintainAudience(pipeline);
  expect(await goodbyesMailed()).toBe(1);
});

it('does not let the reader wait for a queue that says nothing', async () => {
  cable.freeze();
  expect(await post(`/u/${token}`)).toMatchObject({ status: 200, failed: [] });
  expect(await only('status')).toEqual({ status: 'unsubscribed' });
});

it('says goodbye to who left just before the process died', async () => {
  await unsubscribe(pipeline, [token]);
  await maintainAudience(pipeline);
  expect(await goodbyesMailed()).toBe(1);
});

it('says goodbye once, though several processes do so at the same time', async () => {
  await unsubscribe(pipeline, [token]);
  await Promise.all([sayGoodbye(pipeline), sayGoodbye({ ...pipeline, queue }), sayGoodbye(pipeline)]);
  expect(await goodbyesMailed()).toBe(1);
});

it('owes no goodbye to who has come back meanwhile', async () => {
  cable.cut();
  await post(`/u/${token}`);
  const reader = { id: Number((await only<{ id: string }>('id')).id), signUpId: null };
  await pipeline.db.transaction((tx) => confirmSubscription(tx, reader, pipeline.clock.now()));
  await maintainAudience(pipeline);
  expect(await goodbyesMailed()).toBe(0);
});
