import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { addReaders } from '../../support/database/subscribers.ts';
import { form, publicClient } from '../../support/pages/public-client.ts';
import { linksIn, mailTo, pathIn, readerMails, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';

const client = publicClient();
const ada = 'reader-1@readers.example';
const nobodys = 'AAAAAAAAAAAAAAAAAAAAAA';

let token: string;
beforeEach(async () => {
  await addReaders(client.pipeline().db, 1);
  token = String((await client.subscriber(ada))?.reader_token);
});

/** Percent-encoded, as a browser or a mail program would request it. */
const damages: readonly (readonly [string, (token: string) => string])[] = [
  ...['.', '%3E', ')', ',', "'", '%22', '%20', '/', '=', '%E2%80%9D', '%', '%2e/'].map(
    (after) => [`followed by ${after}`, (whole: string) => `${whole}${after}`] as const,
  ),
  ['in angle brackets', (whole) => `%3C${whole}%3E`],
  ['with a soft line break inside', (whole) => `${whole.slice(0, 3)}=${whole.slice(3)}`],
  ['with a whole soft line break inside', (whole) => `${whole.slice(0, 9)}=%0D%0A${whole.slice(9)}`],
];

describe.each(damages)('a link whose token is %s', (_, damage) => {
  test('to unsubscribe still shows its button, and still unsubscribes', async () => {
    const asked = await client.request(`/u/${damage(token)}`);
    expect([asked.status, await asked.text()]).toEqual([
      200,
      expect.stringContaining(`<form method="post" action="/u/${token}">`),
    ]);
    const left = await client.request(`/u/${damage(token)}`, form({ 'List-Unsubscribe': 'One-Click' }));
    expect([left.status, await left.text()]).toEqual([200, expect.stringContaining('You are unsubscribed')]);
    expect(await client.subscriber(ada)).toMatchObject({ status: 'unsubscribed' });
  });

  test('still opens the preferences', async () => {
    expect(await (await client.request(`/preferences/${damage(token)}`)).text()).toContain('every issue');
    await client.request(`/preferences/${damage(token)}`, form({ action: 'leave' }));
    expect(await client.subscriber(ada)).toMatchObject({ status: 'unsubscribed' });
  });
});

test.each(damages)('a confirmation link whose token is %s still confirms', async (_, damage) => {
  await client.signUp('bob@readers.example');
  await runReaderJobs(client.pipeline());
  const path = pathIn(await mailTo(client.pipeline(), 'bob@readers.example', 'confirm'), '/confirm/');
  const damaged = `/confirm/${damage(path.slice('/confirm/'.length))}`;
  expect(await (await client.request(damaged)).text()).toContain('Confirm my subscription');
  expect(await (await client.request(damaged, { method: 'POST' })).text()).toContain('Welcome');
  expect(await client.subscriber('bob@readers.example')).toMatchObject({ status: 'confirmed' });
});

test.each(damages)('a link to one’s data whose token is %s still opens it', async (_, damage) => {
  await client.request(`/preferences/${token}`, form({ action: 'data' }));
  await runReaderJobs(client.pipeline());
  const path = pathIn(await mailTo(client.pipeline(), ada, 'data-link'), '/data/');
  const damaged = `/data/${damage(path.slice('/data/'.length))}`;
  expect((await client.request(damaged)).status).toBe(200);
  expect(await (await client.request(damaged, form({ action: 'export' }))).json()).toMatchObject({
    email: ada,
  });
});

const ends = () => ['', nobodys, token.slice(0, -4), token.toLowerCase(), '%00', '%FF%FE', 'x'.repeat(5_000)];

test.each([
  ['/u/', {}],
  ['/preferences/', { action: 'leave' }],
  ['/data/', { action: 'erase' }],
  ['/confirm/', {}],
])('a link to %s that is nobody’s says that it is damaged, and changes nothing', async (start, fields) => {
  for (const end of ends())
    for (const init of [{}, form(fields)]) {
      const answer = await client.request(`${start}${end}`, init);
      const text = await answer.text();
      expect([answer.status, text], end).toEqual([404, expect.stringContaining('This link is damaged')]);
      expect(text).not.toMatch(/You are unsubscribed|expired|Goodbye/);
      expect(text).toMatch(/<form [^>]*action="\/subscribe"/);
    }
  expect(await client.subscriber(ada)).toMatchObject({ status: 'confirmed' });
});

describe('the form on the page of a damaged link', () => {
  const askForLinks = async (email: string) => {
    const answer = await client.request('/subscribe', form({ email, purpose: 'link' }));
    const { status } = answer;
    const body = await answer.text();
    await runReaderJobs(client.pipeline());
    return { status, body };
  };
  const mailed = async () => (await readerMails(client.pipeline())).length;

  test('mails a subscriber links that work', async () => {
    await askForLinks('READER-1@readers.example');
    const mail = await mailTo(client.pipeline(), ada, 'links');
    expect(mail?.text).toContain('It is subscribed.');
    const paths = linksIn(mail as NonNullable<typeof mail>).map((url) => new URL(url).pathname);
    expect(paths).toEqual(expect.arrayContaining([`/u/${token}`, `/preferences/${token}`]));
  });

  test('tells whoever has left that they have', async () => {
    await client.request(`/u/${token}`, { method: 'POST' });
    await askForLinks(ada);
    expect((await mailTo(client.pipeline(), ada, 'links'))?.text).toContain('It is unsubscribed');
  });

  test('mails somebody who has not confirmed the link to confirm, and keeps their consent', async () => {
    await client.signUp('bob@readers.example');
    await runReaderJobs(client.pipeline());
    const consent = (await client.subscriber('bob@readers.example'))?.consent_source;
    client.advance(1);
    const before = await mailed();
    await askForLinks('bob@readers.example');
    expect(await mailed()).toBe(before + 1);
    await client.request(
      pathIn(await mailTo(client.pipeline(), 'bob@readers.example', 'confirm'), '/confirm/'),
      {
        method: 'POST',
      },
    );
    expect(await client.subscriber('bob@readers.example')).toMatchObject({
      status: 'confirmed',
      consent_source: consent,
    });
  });

  test('answers the same whoever has the address, and mails no stranger and nobody who is suppressed', async () => {
    await client.pipeline().db.execute(sql`
      insert into suppressions (email, reason) values (${ada}, 'hard_bounce')`);
    const before = await mailed();
    const answers = [await askForLinks('stranger@readers.example'), await askForLinks(ada)];
    expect(answers[0]).toEqual({
      status: 202,
      body: expect.stringContaining('If your address is one of our subscribers’'),
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(await mailed()).toBe(before);
    expect(await client.subscriber('stranger@readers.example')).toBeUndefined();
  });

  test('mails once in ten minutes, however often and in whatever order it is sent', async () => {
    const before = await mailed();
    for (let time = 0; time < 3; time += 1) await askForLinks(ada);
    expect(await mailed()).toBe(before + 1);
    client.advance(1);
    await askForLinks(ada);
    expect(await mailed()).toBe(before + 2);
  });

  test('asks again for the same thing when something is wrong with it', async () => {
    const wrong = await client.request('/subscribe', form({ email: 'ada@', purpose: 'link' }));
    expect([wrong.status, await wrong.text()]).toEqual([
      422,
      expect.stringContaining('name="purpose" value="link"'),
    ]);
    const typo = await client.request('/subscribe', form({ email: 'ada@gmial.com', purpose: 'link' }));
    expect([typo.status, await typo.text()]).toEqual([
      422,
      expect.stringContaining('name="purpose" value="link"'),
    ]);
  });
});

describe('a confirmation link that was used', () => {
  const bob = 'bob@readers.example';
  const confirmPath = async () => pathIn(await mailTo(client.pipeline(), bob, 'confirm'), '/confirm/');
  beforeEach(() => client.subscribe(bob));

  test('welcomes as long as the subscription goes on', async () => {
    for (const init of [{}, { method: 'POST' }])
      expect(await (await client.request(await confirmPath(), init)).text()).toContain('Welcome, you are in');
  });

  test('says that its reader has left since, also once it has expired', async () => {
    await client.request(`/u/${(await client.subscriber(bob))?.reader_token}`, { method: 'POST' });
    for (const days of [0, 7]) {
      client.advance(days * 24);
      for (const init of [{}, { method: 'POST' }]) {
        const text = await (await client.request(await confirmPath(), init)).text();
        expect(text).toContain('This link was used');
        expect(text).toContain('You have left since');
        expect(text).toContain('action="/subscribe"');
        expect(text).not.toContain('expired');
      }
    }
    expect(await client.subscriber(bob)).toMatchObject({ status: 'unsubscribed' });
  });
});

test('a confirmation link that was not used says after seven days that it has expired', async () => {
  await client.signUp('bob@readers.example');
  await runReaderJobs(client.pipeline());
  const path = pathIn(await mailTo(client.pipeline(), 'bob@readers.example', 'confirm'), '/confirm/');
  client.advance(7 * 24);
  for (const init of [{}, { method: 'POST' }]) {
    const answer = await client.request(path, init);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('has expired')]);
  }
});
