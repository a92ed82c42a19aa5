import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSubscriberHistory } from '../../src/db/queries/audience/subscriber-history.ts';
import { resendMailer } from '../../src/mail/resend/mailer.ts';
import { approveIssue } from '../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../src/pipeline/compose/compose-issue.ts';
import { issueStatus } from '../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../src/pipeline/send/deliver-issue.ts';
import { freezeIssue } from '../../src/pipeline/send/freeze-issue.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { startFakeResend } from '../support/fake-resend/server.ts';
import type { Accepted } from '../support/fake-resend/types.ts';
import {
  eventAbout,
  eventOf,
  postEvent,
  type SignedEvent,
  signEvent,
} from '../support/fake-resend/webhooks.ts';
import { importAll, published } from '../support/pipeline/compose.ts';
import { sharedPipeline } from '../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, week } from '../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const endpoint = 'https://news.example/webhooks/resend';

function appOn(pipeline: TestPipeline) {
  const failures: unknown[] = [];
  const app = publicApp(pipeline, { onError: (error) => failures.push(error) });
  return { app, failures, post: (signed: SignedEvent) => postEvent(app.fetch, signed) };
}

async function storedEvents(pipeline: TestPipeline): Promise<string[]> {
  const { rows } = await pipeline.db.execute<{ id: string }>(
    sql`select event_id as id from mail_events order by 1`,
  );
  return rows.map(({ id }) => id);
}

const anEvent = (type = 'email.delivered') => eventOf({ id: 'e1', to: ['a@b.dev'] }, type);

describe('POST /webhooks/resend', () => {
  it('answers 200 once an event is stored, and again when it was stored before', async () => {
    const pipeline = shared.empty();
    const { post } = appOn(pipeline);
    const signed = signEvent(anEvent(), { id: 'msg_1' });
    expect([await post(signed), await post(signed)]).toEqual([200, 200]);
    expect(await Promise.all(Array.from({ length: 20 }, () => post(signed)))).toEqual(Array(20).fill(200));
    expect(await post(signEvent(anEvent('email.unheard_of'), { id: 'msg_2' }))).toBe(200);
    expect(await storedEvents(pipeline)).toEqual(['msg_1', 'msg_2']);
  });

  it('answers 400 to an event not signed for us and 413 to one too large, and stores neither', async () => {
    const pipeline = shared.empty();
    const { app, post, failures } = appOn(pipeline);
    const good = signEvent(anEvent());
    const large = signEvent({ ...anEvent(), padding: 'x'.repeat(300_000) });
    expect(await post({ ...good, body: good.body.replace('a@b.dev', 'c@d.dev') })).toBe(400);
    expect(await post(signEvent(anEvent(), { at: new Date('2026-01-01') }))).toBe(400);
    expect(await post(signEvent('{"type":"email.sent"'))).toBe(400);
    expect(await post(large)).toBe(413);
    const streamed = new Blob([large.body]).stream();
    const withoutLength = new Request(endpoint, {
      method: 'POST',
      body: streamed,
      headers: large.headers,
      duplex: 'half',
    });
    expect((await app.fetch(withoutLength)).status).toBe(413);
    expect((await app.request('/webhooks/resend', { method: 'POST' })).status).toBe(400);
    expect(await storedEvents(pipeline)).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('stores what it can of a signed event, however odd: a failing one would fail its whole commit', async () => {
    const pipeline = shared.empty();
    const { post, failures } = appOn(pipeline);
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('0000-01-01T00:00:00Z', '9'.repeat(15), '9'.repeat(40), '\ud800', 'a\0b', '-1', '1e3'),
      fc.anything({ maxDepth: 1 }),
    );
    const part = (...names: string[]) =>
      fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] });
    const payload = fc.record({
      type: fc.oneof(fc.constantFrom('email.bounced', 'email.failed', 'suppression.added'), odd),
      created_at: odd,
      data: fc.oneof(
        fc.record({
          email_id: odd,
          to: fc.oneof(fc.tuple(odd), odd),
          email: odd,
          tags: fc.oneof(part('issue', 'batch', 'delivery'), odd),
          bounce: fc.oneof(part('type', 'subType'), odd),
          failed: part('reason'),
        }),
        odd,
      ),
    });
    const statuses = await Promise.all(
      fc.sample(payload, 200).map((body) => post(signEvent(JSON.stringify(body)))),
    );
    expect(failures).toEqual([]);
    expect(new Set(statuses)).toEqual(new Set([200, 400]));
    expect(await storedEvents(pipeline)).toHaveLength(statuses.filter((status) => status === 200).length);
  });

  it('accepts only POST, and answers 404 without a secret', async () => {
    const pipeline = shared.empty();
    const got = await appOn(pipeline).app.request('/webhooks/resend');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await appOn({ ...pipeline, readWebhook: null }).post(signEvent(anEvent()))).toBe(404);
    expect(await storedEvents(pipeline)).toEqual([]);
  });

  it('answers 500 while the database cannot store events, so the provider sends them again', async () => {
    const pipeline = shared.empty();
    const { post, failures } = appOn(pipeline);
    await pipeline.db.execute(sql`alter table mail_events rename to elsewhere`);
    try {
      expect(await post(signEvent(anEvent(), { id: 'msg_1' }))).toBe(500);
    } finally {
      await pipeline.db.execute(sql`alter table elsewhere rename to mail_events`);
    }
    expect(failures).toHaveLength(1);
    expect(await post(signEvent(anEvent(), { id: 'msg_1' }))).toBe(200);
  });
});

describe('a week with webhooks', () => {
  it('leaves readers with a bounce or a complaint out of the next issue', async () => {
    const fake = await startFakeResend();
    onTestFinished(() => fake.close());
    const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: fake.url });
    const pipeline = await shared.frozen(5, mailer);
    const { post } = appOn(pipeline);
    must(await deliverIssue(pipeline, week));
    expect(fake.accepted).toHaveLength(5);

    const [one, two, ...rest] = fake.accepted as [Accepted, Accepted, ...Accepted[]];
    const events = [
      signEvent(eventAbout(one, 'email.bounced', { bounce: { type: 'Permanent', subType: 'NoEmail' } })),
      signEvent(eventAbout(two, 'email.complained')),
      ...[two, ...rest].map((email) => signEvent(eventAbout(email, 'email.delivered'))),
    ];
    // The complaint arrives before the delivery it is about, and one event arrives twice.
    for (const signed of [...events, events[3] as SignedEvent]) expect(await post(signed)).toBe(200);
    expect(must(await issueStatus(pipeline, week)).report).toMatchObject({
      submitted: 5,
      delivered: 4,
      bounced: 1,
      complained: 1,
    });
    expect(await readSubscriberHistory(pipeline.db, one.to)).toMatchObject({
      suppression: { reason: 'hard_bounce', detail: 'Permanent/NoEmail' },
      events: [{ type: 'bounced' }],
    });

    const later = at(pipeline, new Date('2026-12-01T09:00:00Z'));
    await importAll(pipeline.db, [published('new-one', new Date('2026-11-30T09:00:00Z'))]);
    must(await composeIssue(later, '2026-W49', { by: 'Ada' }));
    must(await approveIssue(later, '2026-W49', { by: 'test' }));
    expect(must(await freezeIssue(later, '2026-W49', 'Ada')).audience).toBe(3);
    must(await deliverIssue(later, '2026-W49'));
    expect(
      fake.accepted
        .slice(5)
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(rest.map(({ to }) => to).toSorted());
  });
});
