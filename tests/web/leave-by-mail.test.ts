import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resendMailer } from '../../src/mail/resend/mailer.ts';
import { resendWebhooks } from '../../src/mail/resend/webhook.ts';
import { deliverIssue } from '../../src/pipeline/send/deliver-issue.ts';
import { freezeIssue } from '../../src/pipeline/send/freeze-issue.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { startFakeResend } from '../support/fake-resend/server.ts';
import type { Accepted } from '../support/fake-resend/types.ts';
import {
  eventOf,
  postEvent,
  type SignedEvent,
  signEvent,
  webhookSecret,
} from '../support/fake-resend/webhooks.ts';
import { approvedIssue } from '../support/pipeline/frozen-issue.ts';
import { sharedPipeline } from '../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday, week } from '../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const mailbox = 'leave@in.example.com';

/** An issue that went to these many readers with an address to leave by mail. */
async function sent(readers: number, mode: 'inline' | 'template' = 'inline') {
  const fake = await startFakeResend();
  onTestFinished(() => fake.close());
  const empty = shared.empty({ unsubscribeMailbox: mailbox, mode });
  const readWebhook = resendWebhooks(webhookSecret, mailbox);
  const pipeline: TestPipeline = { ...empty, readWebhook };
  const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: fake.url });
  await approvedIssue(readers, undefined, pipeline);
  must(await freezeIssue(pipeline, week, 'Ada'));
  must(await deliverIssue({ ...pipeline, mailer }, week));
  const app = publicApp(pipeline, {
    onError: (error) => {
      throw error;
    },
  });
  return { pipeline, accepted: fake.accepted, post: (signed: SignedEvent) => postEvent(app.fetch, signed) };
}

const listUnsubscribe = ({ email }: Accepted) => email?.headers['List-Unsubscribe'] ?? '';
const leaveUrl = (mail: Accepted) => new URL(/<(mailto:[^>]+)>/.exec(listUnsubscribe(mail))?.[1] ?? '');

/** What Resend reports when a mail program writes to leave. */
function wish(mail: Accepted, data: object = {}, at = new Date(tuesday.getTime() + 60_000)) {
  const { pathname, searchParams } = leaveUrl(mail);
  const subject = searchParams.get('subject') ?? '';
  const from = `A Reader <${mail.to}>`;
  return eventOf({ id: 'received-1', to: [pathname], from, subject }, 'email.received', data, at);
}

async function whoLeft({ db }: TestPipeline): Promise<string[]> {
  const { rows } = await db.execute<{ email: string }>(
    sql`select email from subscribers where status = 'unsubscribed' order by 1`,
  );
  return rows.map(({ email }) => email);
}

describe('leaving by mail', () => {
  it.each(['inline', 'template'] as const)(
    'is offered beside the link, in %s mode, to each reader with a token of their own',
    async (mode) => {
      const { accepted } = await sent(3, mode);
      const headers = accepted.map(listUnsubscribe);
      for (const header of headers)
        expect(header).toMatch(
          /^<https:\/\/news\.example\/u\/[\w-]{22}>, <mailto:leave\+[0-9a-f-]{36}@in\.example\.com\?subject=unsubscribe>$/,
        );
      expect(new Set(headers).size).toBe(3);
    },
  );

  it('ends the subscription of exactly that reader, once, and a goodbye is owed', async () => {
    const { pipeline, accepted, post } = await sent(3);
    const [, ada] = accepted as [Accepted, Accepted];
    const signed = signEvent(wish(ada));
    expect([await post(signed), await post(signed)]).toEqual([200, 200]);
    expect(await whoLeft(pipeline)).toEqual([ada.to]);
    const { rows } = await pipeline.db.execute(sql`select email from subscribers where goodbye_due`);
    expect(rows).toEqual([{ email: ada.to }]);
  });

  it.each([
    ['the address in capitals', { to: (address: string) => [address.toUpperCase()] }],
    ['a name before the address', { to: (address: string) => [`Unsubscribe <${address}>`] }],
    ['another recipient beside it', { to: (address: string) => ['a@b.dev', address] }],
    ['no subject', { to: (address: string) => [address], subject: '' }],
  ])('understands a mail with %s', async (_what, { to, ...data }) => {
    const { pipeline, accepted, post } = await sent(2);
    const [ada] = accepted as [Accepted];
    await post(signEvent(wish(ada, { to: to(leaveUrl(ada).pathname), ...data })));
    expect(await whoLeft(pipeline)).toEqual([ada.to]);
  });

  it('changes nobody for what is forged, automatic, about nobody or from before the reader came back', async () => {
    const { pipeline, accepted, post } = await sent(2);
    const [ada, bob] = accepted as [Accepted, Accepted];
    const forged = signEvent(wish(ada), {
      secret: `whsec_${Buffer.from('somebody else’s secret').toString('base64')}`,
    });
    expect(await post(forged)).toBe(400);
    for (const data of [
      { subject: 'Automatic reply: unsubscribe' },
      { to: [mailbox] },
      { to: [`leave+${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}@in.example.com`] },
      { to: [leaveUrl(ada).pathname.replace('in.example.com', 'elsewhere.example')] },
      { to: [leaveUrl(ada).pathname, leaveUrl(bob).pathname] },
    ])
      expect(await post(signEvent(wish(ada, data)))).toBe(200);
    expect(await whoLeft(pipeline)).toEqual([]);

    await post(signEvent(wish(ada)));
    expect(await whoLeft(pipeline)).toEqual([ada.to]);
    await pipeline.db.execute(
      sql`update subscribers set status = 'confirmed', confirmed_at = ${new Date(tuesday.getTime() + 120_000)} where email = ${ada.to}`,
    );
    await post(signEvent(wish(ada)));
    expect(await whoLeft(pipeline)).toEqual([]);
    await post(signEvent(wish(ada, {}, new Date(tuesday.getTime() + 180_000))));
    expect(await whoLeft(pipeline)).toEqual([ada.to]);
  });

  it('is not possible without a mailbox: the header has the link alone, and received mail changes nobody', async () => {
    const { pipeline, accepted } = await sent(1);
    const [ada] = accepted as [Accepted];
    const app = publicApp({ ...pipeline, readWebhook: resendWebhooks(webhookSecret) }, { onError: () => {} });
    expect(await postEvent(app.fetch, signEvent(wish(ada)))).toBe(200);
    expect(await whoLeft(pipeline)).toEqual([]);
  });

  it('keeps what was approved: a mailbox that is set or taken away later does not change a mail', async () => {
    const withMailbox = shared.empty({ unsubscribeMailbox: mailbox });
    await approvedIssue(1, undefined, withMailbox);
    const without = { ...withMailbox, settings: { ...withMailbox.settings, unsubscribeMailbox: null } };
    must(await freezeIssue(without, week, 'Ada'));
    const fake = await startFakeResend();
    onTestFinished(() => fake.close());
    must(
      await deliverIssue(
        { ...without, mailer: resendMailer({ apiKey: fake.apiKey, baseUrl: fake.url }) },
        week,
      ),
    );
    expect(listUnsubscribe(fake.accepted[0] as Accepted)).toContain('<mailto:leave+');
  });
});
