import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkEditors, type ResolveMx } from '../../../src/doctor/editors.ts';
import { checkWebhooks } from '../../../src/doctor/webhooks.ts';
import { mailNotice } from '../../../src/pipeline/notify/mail-notice.ts';
import { scriptedMailer } from '../../support/mail/scripted-mailer.ts';
import { frozenIssue } from '../../support/pipeline/frozen-issue.ts';
import { at, type TestPipeline, testPipeline, tuesday, week } from '../../support/pipeline/test-pipeline.ts';

const [ada, bob] = ['ada@news.dev', 'bob@closed.dev'];

let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await testPipeline({ settings: { editorEmails: [ada, bob] } });
});
afterAll(() => pipeline.close());

const noSuch = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
const takesMail: ResolveMx = async () => [{ exchange: 'mx.news.dev', priority: 10 }];
const now = tuesday;

it.each<[string, string, ResolveMx, string]>([
  ['is an example address', 'ada@desk.example', takesMail, 'fault'],
  ['does not exist', ada, () => noSuch('ENOTFOUND'), 'fault'],
  ['takes no mail', ada, async () => [{ exchange: '', priority: 0 }], 'fault'],
  ['has no MX record', ada, () => noSuch('ENODATA'), 'note'],
  ['1 notified by mail', ada, () => noSuch('ETIMEOUT'), 'good'],
  ['1 notified by mail', ada, takesMail, 'good'],
])('an editor: %s (%s)', async (finding, email, resolveMx, state) => {
  const lines = await checkEditors(pipeline.db, [email], { now, resolveMx });
  expect(lines).toMatchObject([{ what: 'Editors', state, finding: expect.stringContaining(finding) }]);
});

it('an editor whose last notice the provider refused is a fault, with what it said', async () => {
  const mailer = scriptedMailer((post) =>
    post.to.includes(bob) ? { kind: 'refused', reason: 'Not allowed.', aboutRecipient: true } : undefined,
  );
  await mailNotice({ ...pipeline, mailer }, { kind: 'issue-sent', week }, tuesday);
  const lines = await checkEditors(pipeline.db, [ada, bob], { now, resolveMx: takesMail });
  expect(lines).toEqual([
    {
      what: 'Editors',
      state: 'fault',
      finding: `${bob} has not been notified since 2026-11-24T09:00:00.000Z: Not allowed.`,
      fix: 'Correct or remove it in EDITOR_EMAILS.',
    },
  ]);
});

it('webhooks: an event after the last send is good, and none since is a note with its fix', async () => {
  await frozenIssue(1, undefined, pipeline);
  const check = () => checkWebhooks(at(pipeline, tuesday).db, true, 'https://news.dev');
  await pipeline.db.execute(
    sql`update batches set status = 'submitted', submitted_at = '2026-11-24T09:00:05Z'`,
  );
  expect(await check()).toMatchObject({ state: 'note', finding: 'no event has arrived yet' });
  const report = (id: string, time: string) =>
    pipeline.db.execute(
      sql`insert into mail_events (event_id, type, at) values (${id}, 'delivered', ${time})`,
    );
  await report('before', '2026-11-17T09:00:00Z');
  expect(await check()).toMatchObject({
    state: 'note',
    finding:
      'the last event is of 2026-11-17T09:00:00.000Z, and none came since the last send, 2026-11-24T09:00:05.000Z',
    fix: expect.stringContaining('https://news.dev/webhooks/resend'),
  });
  await report('after', '2026-11-24T09:00:07Z');
  expect(await check()).toMatchObject({
    state: 'good',
    finding: expect.stringContaining('after the last send'),
  });
});
