import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { consentWording } from '../../../src/domain/audience/subscriber.ts';
import { form, publicClient } from '../../support/pages/public-client.ts';
import { mailTo, pathIn, readerMails, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';

const client = publicClient();

describe('signing up', () => {
  test('mails a link, and only pressing its button confirms', async () => {
    const answer = await client.signUp('Ada+news@Example.org');
    expect(answer.status).toBe(202);
    await runReaderJobs(client.pipeline());
    expect(await client.subscriber('Ada+news@example.org')).toMatchObject({ status: 'pending' });
    const mail = await mailTo(client.pipeline(), 'Ada+news@example.org', 'confirm');
    const path = pathIn(mail, '/confirm/');
    expect(path).toMatch(/^\/confirm\/[A-Za-z0-9_-]{22}$/);
    const page = await client.request(path);
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<form method="post"><button type="submit">/);
    expect(await client.subscriber('Ada+news@example.org')).toMatchObject({ status: 'pending' });

    const pressed = await client.request(path, { method: 'POST' });
    expect(await pressed.text()).toContain('Welcome');
    const { version } = consentWording(client.pipeline().settings.publication.name);
    expect(await client.subscriber('Ada+news@example.org')).toMatchObject({
      status: 'confirmed',
      consent_source: 'sign-up page',
      consent_wording: version,
      consent_network: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    });
    await runReaderJobs(client.pipeline());
    const welcome = await mailTo(client.pipeline(), 'Ada+news@example.org', 'welcome');
    expect(welcome?.headers.find(({ key }) => key === 'list-unsubscribe-post')?.value).toBe(
      'List-Unsubscribe=One-Click',
    );
  });

  test('answers the same for new, pending, confirmed, unsubscribed and suppressed', async () => {
    await client.subscribe('confirmed@readers.example');
    await client.subscribe('left@readers.example');
    const left = await client.subscriber('left@readers.example');
    await client.request(`/u/${left?.reader_token}`, { method: 'POST' });
    await client.signUp('pending@readers.example');
    await client
      .pipeline()
      .db.execute(
        sql`insert into suppressions (email, reason) values ('bounced@readers.example', 'hard_bounce')`,
      );
    await runReaderJobs(client.pipeline());
    const before = (await readerMails(client.pipeline())).length;
    client.advance(1);
    const answers = [];
    for (const who of ['new', 'pending', 'confirmed', 'left', 'bounced']) {
      const answer = await client.signUp(`${who}@readers.example`);
      answers.push({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.text(),
      });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await runReaderJobs(client.pipeline());
    const mailed = (await readerMails(client.pipeline())).length - before;
    expect(mailed).toBe(3);
    expect(await client.subscriber('confirmed@readers.example')).toMatchObject({ status: 'confirmed' });
    expect(await client.subscriber('left@readers.example')).toMatchObject({ status: 'unsubscribed' });
  });

  test('neither duplicates nor downgrades a subscriber who signs up again, in any case', async () => {
    await client.subscribe('ada@readers.example');
    client.advance(1);
    await client.signUp('ADA@readers.example');
    await client.signUp('Ada@READERS.example');
    await runReaderJobs(client.pipeline());
    const { rows } = await client.pipeline().db.execute(sql`select email, status from subscribers`);
    expect(rows).toEqual([{ email: 'ada@readers.example', status: 'confirmed' }]);
  });

  test('mails once within the cool-down, and again after it', async () => {
    for (const hours of [0, 0.1, 0.2]) {
      client.advance(hours);
      await client.signUp('ada@readers.example');
      await runReaderJobs(client.pipeline());
    }
    expect(await readerMails(client.pipeline())).toHaveLength(2);
  });

  test('accepts internationalised domains, and stores the address in its ASCII form', async () => {
    await client.signUp('ada@bücher.example');
    await runReaderJobs(client.pipeline());
    expect(await client.subscriber('ada@xn--bcher-kva.example')).toMatchObject({ status: 'pending' });
  });

  test('asks whether gmail.com was meant, and accepts either answer', async () => {
    const hint = await client.signUp('ada@gmial.com');
    expect(hint.status).toBe(422);
    expect(await hint.text()).toContain('<bdi>ada@gmail.com</bdi>');
    const asTyped = await client.request('/subscribe', form({ email: 'ada@gmial.com', 'as-typed': 'yes' }));
    expect(asTyped.status).toBe(202);
  });

  test('tells a program about a probable typing error, and about errors by field', async () => {
    const json = (body: unknown) =>
      client.request('/subscribe', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const typingError = await json({ email: 'ada@gmial.com' });
    expect([typingError.status, await typingError.json()]).toEqual([
      202,
      { message: expect.any(String), didYouMean: 'ada@gmail.com' },
    ]);
    const invalid = await json({ email: 'ada@' });
    expect([invalid.status, await invalid.json()]).toEqual([422, { errors: { email: expect.any(String) } }]);
    expect((await json(['x'])).status).toBe(422);
  });

  test('ignores hidden characters around an address, and says where one is inside', async () => {
    expect((await client.signUp('\u202a\u200bada@readers.example\u202c')).status).toBe(202);
    await runReaderJobs(client.pipeline());
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'pending' });
    const inside = await client.signUp('eve@readers\u00ad.example');
    expect([inside.status, await inside.text()]).toEqual([
      422,
      expect.stringContaining('Character 12 of this address cannot be seen (U+00AD).'),
    ]);
  });

  test('shows again what was typed, escaped, and announces the error to screen readers', async () => {
    const answer = await client.signUp('"><script>alert(1)</script>@x');
    expect(answer.status).toBe(422);
    const body = await answer.text();
    expect(body).not.toContain('<script>');
    expect(body).toMatch(/aria-invalid="true"/);
    expect(body).toMatch(/aria-describedby="error consent"/);
  });

  test('asks to press again when a form is sent too quickly, too late or with a forged stamp', async () => {
    const made = /name="made" value="([^"]+)"/.exec(await (await client.request('/')).text())?.[1] ?? '';
    const press = () => client.request('/subscribe', form({ email: 'ada@readers.example', made }));
    expect((await press()).status).toBe(422);
    client.advance(0.01);
    expect((await press()).status).toBe(202);
    client.advance(25);
    expect((await press()).status).toBe(422);
    expect(
      (await client.request('/subscribe', form({ email: 'ada@readers.example', made: 'abc.def' }))).status,
    ).toBe(422);
  });

  test('ignores a sign-up that fills in the honeypot', async () => {
    const answer = await client.request('/subscribe', form({ email: 'ada@readers.example', website: 'x' }));
    expect(answer.status).toBe(202);
    await runReaderJobs(client.pipeline());
    expect(await readerMails(client.pipeline())).toEqual([]);
  });

  test('is refused from another site’s page, unless the site is allowed', async () => {
    const from = (origin: string) =>
      client.request('/subscribe', {
        ...form({ email: 'ada@readers.example' }),
        headers: { origin, 'sec-fetch-site': 'cross-site' },
      });
    expect((await from('https://elsewhere.example')).status).toBe(403);
    expect((await from('https://verdicts.example')).status).toBe(202);
    await runReaderJobs(client.pipeline());
    expect(await client.subscriber('ada@readers.example')).toMatchObject({
      consent_source: 'sign-up form at https://verdicts.example',
    });
  });
});
