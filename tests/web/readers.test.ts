import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { consentWording } from '../../src/domain/audience/subscriber.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { mailTo, pathIn, readerMails, runReaderJobs } from '../support/pipeline/reader-jobs.ts';
import { type TestPipeline, testPipeline } from '../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
let failures: unknown[];

beforeEach(async () => {
  pipeline = await testPipeline();
  failures = [];
});

afterEach(async () => {
  await pipeline.close();
  expect(failures).toEqual([]);
});

const ask = async (path: string, init: RequestInit = {}, from = '192.0.2.7') =>
  publicApp(pipeline, { onError: (error) => failures.push(error) }).request(path, init, {
    incoming: { socket: { remoteAddress: from } },
  });

const form = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
});

const signUp = (email: string, from?: string) => ask('/subscribe', form({ email }), from);

async function subscriber(email: string) {
  const { rows } = await pipeline.db.execute(sql`select * from subscribers where email = ${email}`);
  return rows[0];
}

async function confirmed(email: string): Promise<void> {
  await signUp(email);
  await runReaderJobs(pipeline);
  await ask(pathIn(await mailTo(pipeline, email, 'confirm'), '/confirm/'), { method: 'POST' });
  await runReaderJobs(pipeline);
}

const later = (hours: number) => {
  const at = new Date(pipeline.clock.now().getTime() + hours * 3_600_000);
  pipeline = { ...pipeline, clock: { now: () => at } };
};

describe('signing up', () => {
  test('mails a link, and only the press of its button confirms', async () => {
    const answer = await signUp('Ada+news@Example.org');
    expect(answer.status).toBe(202);
    await runReaderJobs(pipeline);
    expect(await subscriber('Ada+news@example.org')).toMatchObject({ status: 'pending' });
    const mail = await mailTo(pipeline, 'Ada+news@example.org', 'confirm');
    const path = pathIn(mail, '/confirm/');
    expect(path).toMatch(/^\/confirm\/[A-Za-z0-9_-]{22}$/);
    const page = await ask(path);
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<form method="post"><button type="submit">/);
    expect(await subscriber('Ada+news@example.org')).toMatchObject({ status: 'pending' });

    const pressed = await ask(path, { method: 'POST' });
    expect(await pressed.text()).toContain('Welcome');
    const { version } = consentWording(pipeline.settings.publication.name);
    expect(await subscriber('Ada+news@example.org')).toMatchObject({
      status: 'confirmed',
      consent_source: 'sign-up page',
      consent_wording: version,
      consent_network: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    });
    await runReaderJobs(pipeline);
    const welcome = await mailTo(pipeline, 'Ada+news@example.org', 'welcome');
    expect(welcome?.headers.find(({ key }) => key === 'list-unsubscribe-post')?.value).toBe(
      'List-Unsubscribe=One-Click',
    );
  });

  test('answers the same for new, pending, confirmed, unsubscribed and suppressed', async () => {
    await confirmed('confirmed@readers.example');
    await confirmed('left@readers.example');
    const left = await subscriber('left@readers.example');
    await ask(`/u/${left?.reader_token}`, { method: 'POST' });
    await signUp('pending@readers.example');
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values ('bounced@readers.example', 'hard_bounce')`,
    );
    await runReaderJobs(pipeline);
    const before = (await readerMails(pipeline)).length;
    later(1);
    const answers = [];
    for (const who of ['new', 'pending', 'confirmed', 'left', 'bounced']) {
      const answer = await signUp(`${who}@readers.example`);
      answers.push({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.text(),
      });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await runReaderJobs(pipeline);
    const mailed = (await readerMails(pipeline)).length - before;
    expect(mailed).toBe(3);
    expect(await subscriber('confirmed@readers.example')).toMatchObject({ status: 'confirmed' });
    expect(await subscriber('left@readers.example')).toMatchObject({ status: 'unsubscribed' });
  });

  test('neither doubles nor downgrades who signs up again, in whatever case', async () => {
    await confirmed('ada@readers.example');
    later(1);
    await signUp('ADA@readers.example');
    await signUp('Ada@READERS.example');
    await runReaderJobs(pipeline);
    const { rows } = await pipeline.db.execute(sql`select email, status from subscribers`);
    expect(rows).toEqual([{ email: 'ada@readers.example', status: 'confirmed' }]);
  });

  test('mails once within the cool-down, and again after it', async () => {
    for (const hours of [0, 0.1, 0.2]) {
      later(hours);
      await signUp('ada@readers.example');
      await runReaderJobs(pipeline);
    }
    expect(await readerMails(pipeline)).toHaveLength(2);
  });

  test('takes internationalised domains, and keeps the address in its ASCII form', async () => {
    await signUp('ada@bücher.example');
    await runReaderJobs(pipeline);
    expect(await subscriber('ada@xn--bcher-kva.example')).toMatchObject({ status: 'pending' });
  });

  test('asks whether gmail.com was meant, and takes either answer', async () => {
    const hint = await signUp('ada@gmial.com');
    expect(hint.status).toBe(422);
    expect(await hint.text()).toContain('<bdi>ada@gmail.com</bdi>');
    const kept = await ask('/subscribe', form({ email: 'ada@gmial.com', 'as-typed': 'yes' }));
    expect(kept.status).toBe(202);
  });

  test('tells a program of the probable slip, and of faults by field', async () => {
    const json = (body: unknown) =>
      ask('/subscribe', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const slip = await json({ email: 'ada@gmial.com' });
    expect([slip.status, await slip.json()]).toEqual([
      202,
      { message: expect.any(String), didYouMean: 'ada@gmail.com' },
    ]);
    const fault = await json({ email: 'ada@' });
    expect([fault.status, await fault.json()]).toEqual([422, { errors: { email: expect.any(String) } }]);
    expect((await json(['x'])).status).toBe(422);
  });

  test('shows what was typed again, escaped, with the fault named to screen readers', async () => {
    const answer = await signUp('"><script>alert(1)</script>@x');
    expect(answer.status).toBe(422);
    const body = await answer.text();
    expect(body).not.toContain('<script>');
    expect(body).toMatch(/aria-invalid="true"/);
    expect(body).toMatch(/aria-describedby="fault consent"/);
  });

  test('sends whoever presses too quickly, or with an old form, to press again', async () => {
    const made = /name="made" value="([^"]+)"/.exec(await (await ask('/')).text())?.[1] ?? '';
    const press = () => ask('/subscribe', form({ email: 'ada@readers.example', made }));
    expect((await press()).status).toBe(422);
    later(0.01);
    expect((await press()).status).toBe(202);
    later(25);
    expect((await press()).status).toBe(422);
    expect((await ask('/subscribe', form({ email: 'ada@readers.example', made: 'abc.def' }))).status).toBe(
      422,
    );
  });

  test('takes nothing from who fills in the trap', async () => {
    const answer = await ask('/subscribe', form({ email: 'ada@readers.example', website: 'x' }));
    expect(answer.status).toBe(202);
    await runReaderJobs(pipeline);
    expect(await readerMails(pipeline)).toEqual([]);
  });

  test('is refused from another site’s page, unless the site is allowed', async () => {
    const from = (origin: string) =>
      ask('/subscribe', {
        ...form({ email: 'ada@readers.example' }),
        headers: { origin, 'sec-fetch-site': 'cross-site' },
      });
    expect((await from('https://elsewhere.example')).status).toBe(403);
    expect((await from('https://verdicts.example')).status).toBe(202);
    await runReaderJobs(pipeline);
    expect(await subscriber('ada@readers.example')).toMatchObject({
      consent_source: 'sign-up form at https://verdicts.example',
    });
  });
});

describe('leaving', () => {
  test('works by the literal one-click request, again, and for a token that nobody has', async () => {
    await confirmed('ada@readers.example');
    const token = (await subscriber('ada@readers.example'))?.reader_token;
    const oneClick = (path: string) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://mail.example' },
        body: 'List-Unsubscribe=One-Click',
      });
    expect((await ask(`/u/${token}`)).status).toBe(200);
    expect(await subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
    expect((await oneClick(`/u/${token}`)).status).toBe(200);
    expect(await subscriber('ada@readers.example')).toMatchObject({ status: 'unsubscribed' });
    expect((await oneClick(`/u/${token}`)).status).toBe(200);
    expect((await oneClick('/u/AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(200);
    expect((await oneClick('/u/%00')).status).toBe(200);
    await runReaderJobs(pipeline);
    expect(await mailTo(pipeline, 'ada@readers.example', 'goodbye')).toBeDefined();
  });

  test('is not undone by an old link to confirm, but by a new sign-up', async () => {
    await confirmed('ada@readers.example');
    const old = pathIn(await mailTo(pipeline, 'ada@readers.example', 'confirm'), '/confirm/');
    await ask(`/u/${(await subscriber('ada@readers.example'))?.reader_token}`, { method: 'POST' });
    await ask(old, { method: 'POST' });
    expect(await subscriber('ada@readers.example')).toMatchObject({ status: 'unsubscribed' });
    later(1);
    await confirmed('ada@readers.example');
    expect(await subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
  });
});

describe('preferences', () => {
  const choose = async (action: string) => {
    const path = `/preferences/${(await subscriber('ada@readers.example'))?.reader_token}`;
    const answer = await ask(path, form({ action }));
    expect(answer.status).toBe(200);
    return answer.text();
  };

  test('pause for four weeks, resume, leave', async () => {
    await confirmed('ada@readers.example');
    expect(await choose('pause')).toContain('until 22 December 2026');
    expect(await subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
    expect(await choose('resume')).toContain('Every issue comes to you');
    expect(await choose('leave')).toContain('Goodbye');
    expect(await subscriber('ada@readers.example')).toMatchObject({ status: 'unsubscribed' });
  });

  test('show no address, and act for no other site', async () => {
    await confirmed('ada@readers.example');
    const path = `/preferences/${(await subscriber('ada@readers.example'))?.reader_token}`;
    expect(await (await ask(path)).text()).not.toContain('ada@');
    const forged = await ask(path, {
      ...form({ action: 'leave' }),
      headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    });
    expect(forged.status).toBe(403);
    expect(await subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
  });

  test('open one’s data only by a link to the address, for 24 hours', async () => {
    await confirmed('ada@readers.example');
    await choose('data');
    await runReaderJobs(pipeline);
    const path = pathIn(await mailTo(pipeline, 'ada@readers.example', 'data-link'), '/data/');
    expect((await ask(path)).status).toBe(200);
    const answer = await ask(path, form({ action: 'export' }));
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    expect(await answer.json()).toMatchObject({
      email: 'ada@readers.example',
      status: 'confirmed',
      consentWording: expect.stringContaining('once a week'),
      signUps: [{ outcome: 'mailed' }],
    });
    later(25);
    expect((await ask(path)).status).toBe(404);
    expect((await ask(path, form({ action: 'erase' }))).status).toBe(404);
  });

  test('mail at most three such links an hour', async () => {
    await confirmed('ada@readers.example');
    for (let time = 0; time < 5; time += 1) await choose('data');
    await runReaderJobs(pipeline);
    expect(
      (await readerMails(pipeline)).filter(({ subject }) => subject?.startsWith('Your data')),
    ).toHaveLength(3);
  });
});

describe('pages', () => {
  test('have one policy: no script, no cookie, nothing from elsewhere, no inline style', async () => {
    for (const path of [
      '/',
      '/nowhere',
      '/u/AAAAAAAAAAAAAAAAAAAAAA',
      '/confirm/x',
      '/preferences/x',
      '/data/x',
    ]) {
      const answer = await ask(path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toContain('unsafe');
      expect(answer.headers.get('set-cookie'), path).toBeNull();
      const body = await answer.text();
      expect(body, path).not.toMatch(
        /<script|style=| on[a-z]+=|(src|href)="https?:\/\/(?!verdicts\.example)/,
      );
    }
  });

  test('answer 405 with what they take, and JSON to whom asks for it', async () => {
    const answer = await ask('/subscribe', { method: 'DELETE', headers: { accept: 'application/json' } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(await answer.json()).toEqual({ error: expect.any(String) });
  });
});
