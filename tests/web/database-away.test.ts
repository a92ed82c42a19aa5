import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, type DbHandle, type Patience } from '../../src/db/client.ts';
import { requestLimits } from '../../src/db/request-limits.ts';
import { deskApp } from '../../src/web/desk/app.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { type Cable, cableTo } from '../support/database/cable.ts';
import { eventOf, signEvent } from '../support/fake-resend/webhooks.ts';
import { form } from '../support/pages/public-client.ts';
import { type TestPipeline, testPipeline, week } from '../support/pipeline/test-pipeline.ts';

const patience: Patience = { connectMs: 1_000, statementMs: 1_000 };
const token = 'A'.repeat(22);

let pipeline: TestPipeline;
let cable: Cable;
let handle: DbHandle;
let pages: TestPipeline;

beforeAll(async () => {
  pipeline = await testPipeline();
  cable = await cableTo(pipeline.database.url);
  handle = connect(cable.url, { max: 5, patience, onError: () => {} });
  pages = { ...pipeline, db: handle.db, limits: requestLimits(handle.pool, { mailsPerHour: 500 }) };
});
afterEach(() => cable.restore());
afterAll(async () => {
  await handle.close();
  await cable.close();
  await pipeline.close();
});

const get: RequestInit = {};
const post = (fields: Record<string, string> = {}) => form(fields);
const asJson: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ email: 'ada@readers.dev' }),
};

/** Each page that needs the database, and what it answers when it has it. */
const requests: readonly (readonly [string, RequestInit, number])[] = [
  ['/', get, 200],
  ['/issues', get, 200],
  ['/feed.xml', get, 200],
  [`/issues/${week}`, get, 404],
  ['/subscribe', asJson, 202],
  ['/confirm/a-token', get, 404],
  ['/confirm/a-token', post(), 404],
  [`/u/${token}`, post(), 404],
  [`/preferences/${token}`, get, 404],
  [`/preferences/${token}`, post({ action: 'leave' }), 404],
  ['/data/a-token', get, 404],
  ['/data/a-token', post({ action: 'export' }), 404],
];

async function answersTo(path: string, init: RequestInit): Promise<Response> {
  const incoming = { socket: { remoteAddress: '192.0.2.7' } };
  return publicApp(pages, { onError: () => {} }).request(path, init, { incoming });
}

describe.each(['cut', 'freeze'] as const)(
  'while the connection to the database is broken (%s)',
  (breakIt) => {
    it('every page answers 503, says when to come back, and works again afterwards', async () => {
      for (const [path, init, status] of requests) {
        expect([path, (await answersTo(path, init)).status]).toEqual([path, status]);
      }
      cable[breakIt]();
      const broken = await Promise.all(
        requests.map(async ([path, init]) => ({ path, answer: await answersTo(path, init) })),
      );
      for (const { path, answer } of broken) {
        expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '10']);
        expect(answer.headers.get('cache-control')).toBe('no-store');
        expect(await answer.text()).toContain('Our database cannot be reached');
      }
      cable.restore();
      for (const [path, init, status] of requests) {
        expect([path, (await answersTo(path, init)).status]).toEqual([path, status]);
      }
    });

    it('a webhook is refused so that the provider sends it again, and stored then', async () => {
      const { body, headers } = signEvent(eventOf({ id: 'e1', to: ['a@b.dev'] }, 'email.delivered'));
      const send = () => answersTo('/webhooks/resend', { method: 'POST', body, headers });
      cable[breakIt]();
      expect((await send()).status).toBe(503);
      cable.restore();
      expect((await send()).status).toBe(200);
    });

    it('the desk says so to the editors', async () => {
      cable[breakIt]();
      const answer = await deskApp(pages).request('/');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
      expect(await answer.text()).toContain('The database is away');
      cable.restore();
      expect((await deskApp(pages).request('/')).status).toBe(200);
    });
  },
);
