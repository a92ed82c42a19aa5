import { describe, expect, test } from 'vitest';
import { publicClient } from '../../support/pages/public-client.ts';
import { mailTo, pathIn, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';

const client = publicClient();

describe('leaving', () => {
  test('answers 200 to the one-click request of RFC 8058, again and again, and 404 for a token that nobody has', async () => {
    await client.subscribe('ada@readers.example');
    const token = (await client.subscriber('ada@readers.example'))?.reader_token;
    const oneClick = (path: string) =>
      client.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://mail.example' },
        body: 'List-Unsubscribe=One-Click',
      });
    expect((await client.request(`/u/${token}`)).status).toBe(200);
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
    expect((await oneClick(`/u/${token}`)).status).toBe(200);
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'unsubscribed' });
    expect((await oneClick(`/u/${token}`)).status).toBe(200);
    expect((await oneClick('/u/AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);
    expect((await oneClick('/u/%00')).status).toBe(404);
    await runReaderJobs(client.pipeline());
    expect(await mailTo(client.pipeline(), 'ada@readers.example', 'goodbye')).toBeDefined();
  });

  test('is not undone by an old confirmation link, but by a new sign-up', async () => {
    await client.subscribe('ada@readers.example');
    const old = pathIn(await mailTo(client.pipeline(), 'ada@readers.example', 'confirm'), '/confirm/');
    await client.request(`/u/${(await client.subscriber('ada@readers.example'))?.reader_token}`, {
      method: 'POST',
    });
    await client.request(old, { method: 'POST' });
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'unsubscribed' });
    client.advance(1);
    await client.subscribe('ada@readers.example');
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
  });
});
