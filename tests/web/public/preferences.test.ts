import { describe, expect, test } from 'vitest';
import { form, publicClient } from '../../support/pages/public-client.ts';
import { mailTo, pathIn, readerMails, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';

const client = publicClient();

describe('preferences', () => {
  const choose = async (action: string) => {
    const path = `/preferences/${(await client.subscriber('ada@readers.example'))?.reader_token}`;
    const answer = await client.request(path, form({ action }));
    expect(answer.status).toBe(200);
    return answer.text();
  };

  test('pause for four weeks, resume, leave', async () => {
    await client.subscribe('ada@readers.example');
    expect(await choose('pause')).toContain('until 22 December 2026');
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
    expect(await choose('resume')).toContain('You get every issue');
    expect(await choose('leave')).toContain('Goodbye');
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'unsubscribed' });
  });

  test('show no address, and accept no form from another site', async () => {
    await client.subscribe('ada@readers.example');
    const path = `/preferences/${(await client.subscriber('ada@readers.example'))?.reader_token}`;
    expect(await (await client.request(path)).text()).not.toContain('ada@');
    const forged = await client.request(path, {
      ...form({ action: 'leave' }),
      headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    });
    expect(forged.status).toBe(403);
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'confirmed' });
  });

  test('open the reader’s data only by a link mailed to the address, for 24 hours', async () => {
    await client.subscribe('ada@readers.example');
    await choose('data');
    await runReaderJobs(client.pipeline());
    const path = pathIn(await mailTo(client.pipeline(), 'ada@readers.example', 'data-link'), '/data/');
    expect((await client.request(path)).status).toBe(200);
    const answer = await client.request(path, form({ action: 'export' }));
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    expect(await answer.json()).toMatchObject({
      email: 'ada@readers.example',
      status: 'confirmed',
      consentWording: expect.stringContaining('once a week'),
      signUps: [{ outcome: 'mailed' }],
    });
    client.advance(25);
    expect((await client.request(path)).status).toBe(404);
    expect((await client.request(path, form({ action: 'erase' }))).status).toBe(404);
  });

  test('mail at most three such links an hour', async () => {
    await client.subscribe('ada@readers.example');
    for (let time = 0; time < 5; time += 1) await choose('data');
    await runReaderJobs(client.pipeline());
    expect(
      (await readerMails(client.pipeline())).filter(({ subject }) => subject?.startsWith('Your data')),
    ).toHaveLength(3);
  });
});
