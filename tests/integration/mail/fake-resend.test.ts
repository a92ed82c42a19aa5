import { once } from 'node:events';
import { connect } from 'node:net';
import { Resend } from 'resend';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FakeResendOptions, testKey } from '../../support/fake-resend/options.ts';
import { startFakeResendProcess } from '../../support/fake-resend/process.ts';
import { startFakeResend } from '../../support/fake-resend/server.ts';

async function start(options: FakeResendOptions = {}) {
  const fake = await startFakeResend(options);
  onTestFinished(() => fake.close());
  return { fake, resend: new Resend(fake.apiKey, { baseUrl: fake.url }) };
}

const email = (to: string, rest: object = {}) => ({
  from: 'n@news.example',
  to,
  subject: 's',
  text: 't',
  ...rest,
});

async function raw(url: string, path: string, init: RequestInit = {}, key: string | null = testKey) {
  const headers = {
    'content-type': 'application/json',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
  const response = await fetch(`${url}${path}`, {
    ...init,
    headers: { ...headers, ...(init.headers as object) },
  });
  return {
    status: response.status,
    json: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}

const postRaw = (url: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  raw(url, path, { method: 'POST', body: JSON.stringify(body), headers });

describe('authorization', () => {
  it('needs an API key and otherwise answers with the documented error', async () => {
    const { fake } = await start();
    expect(await raw(fake.url, '/domains', {}, null)).toMatchObject({
      status: 401,
      json: { statusCode: 401, name: 'missing_api_key', message: expect.any(String) },
    });
    expect((await raw(fake.url, '/domains', {}, 're_test_sending')).json).toMatchObject({
      name: 'restricted_api_key',
    });
  });

  it('needs a user agent', async () => {
    const { fake } = await start();
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1');
    socket.write(
      `GET /domains HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${testKey}\r\nConnection: close\r\n\r\n`,
    );
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1.1 403 .*1010/s);
  });
});

describe('POST /emails/batch', () => {
  it('accepts 1 to 100 emails', async () => {
    const { fake, resend } = await start();
    const emails = (count: number) => Array.from({ length: count }, (_, n) => email(`r${n}@r.example`));
    expect((await resend.batch.send(emails(101))).error).toMatchObject({ statusCode: 422 });
    expect((await resend.batch.send([])).error).toMatchObject({ statusCode: 422 });
    expect((await resend.batch.send(emails(100))).data?.data).toHaveLength(100);
    expect(fake.accepted).toHaveLength(100);
  });

  it('is all or nothing in strict mode, which is the default', async () => {
    const { fake, resend } = await start();
    const { error } = await resend.batch.send([email('a@r.example'), email('nobody')]);
    expect(error).toMatchObject({ statusCode: 422, name: 'validation_error' });
    expect(fake.accepted).toEqual([]);
  });

  it.each<[string, object]>([
    ['no sender', { from: undefined }],
    ['a bad sender', { from: 'news' }],
    ['no content', { text: undefined }],
    ['no subject', { subject: undefined }],
    ['a bad reply-to', { reply_to: 'x' }],
    ['a tag with a space', { tags: [{ name: 'a b', value: 'c' }] }],
    ['an attachment', { attachments: [{ content: 'x', filename: 'x' }] }],
    ['51 recipients', { to: Array.from({ length: 51 }, (_, n) => `r${n}@r.example`) }],
    ['a template beside html', { html: 'x', template: { id: 'x' } }],
    ['a template that is not there', { text: undefined, template: { id: 'x' } }],
  ])('refuses an email with %s', async (_what, wrong) => {
    const { fake } = await start();
    const body = [email('a@r.example'), email('b@r.example', wrong)];
    const { json } = await postRaw(fake.url, '/emails/batch', body, { 'x-batch-validation': 'permissive' });
    expect(json).toMatchObject({ data: [{ id: fake.accepted[0]?.id }], errors: [{ index: 1 }] });
    expect(fake.accepted).toHaveLength(1);
  });
});

describe('templates', () => {
  const create = (url: string, rest: object = {}) =>
    postRaw(url, '/templates', {
      name: 'n',
      alias: 'n',
      html: '<p>{{{A}}}</p>',
      subject: 'S {{{A}}}',
      text: '{{{A}}}',
      from: 'n@news.example',
      variables: [{ key: 'A', type: 'string' }],
      ...rest,
    });
  const send = (url: string, variables: object) =>
    postRaw(url, '/emails', { to: 'r@r.example', template: { id: 'n', variables } });

  it('are sent as published, with raw values and their own sender and subject', async () => {
    const { fake, resend } = await start();
    await create(fake.url);
    expect(await send(fake.url, { A: 'x' })).toMatchObject({ status: 422 });
    await resend.templates.publish('n');
    await resend.templates.update('n', { html: '<p>edited</p>' });
    expect(await send(fake.url, { A: '<b>&' })).toMatchObject({ status: 200 });
    expect(fake.accepted[0]?.email).toMatchObject({
      html: '<p><b>&</p>',
      text: '<b>&',
      subject: 'S <b>&',
      from: 'n@news.example',
    });
    await resend.templates.publish('n');
    await send(fake.url, { A: 'x' });
    expect(fake.accepted[1]?.email).toMatchObject({ html: '<p>edited</p>' });
    await resend.templates.remove('n');
    expect(await send(fake.url, { A: 'x' })).toMatchObject({ status: 404 });
  });

  it('need every variable and refuse unknown variables and long values', async () => {
    const { fake, resend } = await start();
    await create(fake.url, {
      variables: [
        { key: 'A', type: 'string' },
        { key: 'B', type: 'string', fallback_value: 'b' },
      ],
    });
    await resend.templates.publish('n');
    expect((await send(fake.url, {})).status).toBe(422);
    expect((await send(fake.url, { A: 'x', C: 'y' })).status).toBe(422);
    expect((await send(fake.url, { A: 'x'.repeat(2_001) })).status).toBe(422);
    expect((await send(fake.url, { A: 'x'.repeat(2_000) })).status).toBe(200);
  });

  it.each<[string, object]>([
    [
      'a reserved variable',
      { html: 'x', subject: 's', text: 't', variables: [{ key: 'EMAIL', type: 'string' }] },
    ],
    [
      '51 variables',
      { variables: Array.from({ length: 51 }, (_, n) => ({ key: n === 0 ? 'A' : `V${n}`, type: 'string' })) },
    ],
    ['an undeclared variable', { html: '{{{OTHER}}}' }],
    ['no name', { name: '' }],
    ['no html', { html: undefined }],
  ])('cannot have %s', async (_what, wrong) => {
    const { fake } = await start();
    expect((await create(fake.url, wrong)).status).toBe(422);
  });

  it('have unique aliases', async () => {
    const { fake, resend } = await start();
    await create(fake.url);
    expect((await create(fake.url)).status).toBe(422);
    expect((await resend.templates.list()).data?.data).toMatchObject([{ alias: 'n', status: 'draft' }]);
  });
});

describe('sent emails', () => {
  it('are listed by page, newest first, and shown by id', async () => {
    const { fake, resend } = await start();
    await resend.batch.send(Array.from({ length: 50 }, (_, n) => email(`r${n}@r.example`)));
    const ids = fake.accepted.map(({ id }) => id).reverse();
    const first = (await resend.emails.list({ limit: 30 })).data;
    expect(first?.data.map(({ id }) => id)).toEqual(ids.slice(0, 30));
    expect(first?.has_more).toBe(true);
    const second = (await resend.emails.list({ limit: 30, after: ids[29] as string })).data;
    expect(second?.data.map(({ id }) => id)).toEqual(ids.slice(30));
    expect(second?.has_more).toBe(false);
    expect(
      (await resend.emails.list({ limit: 5, before: ids[10] as string })).data?.data.map(({ id }) => id),
    ).toEqual(ids.slice(5, 10));
    expect((await resend.emails.get(ids[0] as string)).data).toMatchObject({
      to: ['r49@r.example'],
      text: 't',
    });
    expect((await resend.emails.get('nobody')).error).toMatchObject({ statusCode: 404 });
  });

  it('count against the quotas, which the headers state', async () => {
    const { fake } = await start({ quota: { daily: 10, monthly: 20 } });
    const { headers } = await postRaw(fake.url, '/emails', email('a@r.example'));
    expect([headers.get('x-resend-daily-quota'), headers.get('x-resend-monthly-quota')]).toEqual(['1', '1']);
  });
});

it('lists domains with their status', async () => {
  const { resend } = await start({ domains: [{ name: 'news.example', status: 'verified' }] });
  expect((await resend.domains.list()).data?.data).toMatchObject([
    { name: 'news.example', status: 'verified' },
  ]);
});

it('survives clients that die in the middle of a request', async () => {
  const { fake, resend } = await start();
  for (let n = 0; n < 20; n += 1) {
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /emails/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n[{"to":', () =>
      socket.resetAndDestroy(),
    );
    await once(socket, 'close');
  }
  expect((await resend.emails.send(email('a@r.example'))).error).toBeNull();
  expect(fake.requests).toHaveLength(1);
});

it('ends hanging connections when it is closed', async () => {
  const { fake, resend } = await start();
  fake.faults.script(['hang']);
  const hanging = resend.emails.send(email('a@r.example'));
  await expect.poll(() => fake.requests.length).toBe(1);
  await fake.close();
  expect((await hanging).error).toMatchObject({ statusCode: null });
  onTestFinished(() => {});
});

it('injects the same faults into the same requests for the same seed', async () => {
  const plan = { seed: 5, probability: 0.5, among: ['reset-before', 'reset-after'] as const };
  const runs = await Promise.all(
    [1, 2].map(async () => {
      const { fake, resend } = await start();
      fake.faults.random(plan);
      for (let n = 0; n < 20; n += 1) await resend.emails.send(email(`r${n}@r.example`));
      return fake.requests.map(({ fault }) => fault);
    }),
  );
  expect(runs[0]).toEqual(runs[1]);
  expect(new Set(runs[0])).toEqual(new Set([null, 'reset-before', 'reset-after']));
});

it('runs in a process of its own, controlled through /_control', async () => {
  const fake = await startFakeResendProcess({ keep: 'brief' });
  const resend = new Resend(fake.apiKey, { baseUrl: fake.url });

  await fake.setFaults({ seed: 1, probability: 1, among: ['reset-after'] });
  expect((await resend.emails.send(email('a@r.example'))).error).toMatchObject({ statusCode: null });
  await fake.setFaults(null);
  expect((await resend.emails.send(email('a@r.example'))).error).toBeNull();
  expect(await fake.counts()).toEqual({
    requests: 2,
    faults: 1,
    concurrent: 0,
    tooMany: 0,
    accepted: 2,
    recipients: 1,
    duplicates: 1,
  });
  const accepted = [];
  for await (const one of fake.accepted()) accepted.push(one);
  expect(accepted).toMatchObject([{ to: 'a@r.example', key: null }, { to: 'a@r.example' }]);

  await fake.close();
});
