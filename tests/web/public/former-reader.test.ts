import { describe, expect, test } from 'vitest';
import { findReader } from '../../../src/audience/data/find-reader.ts';
import { forgetReaders } from '../../../src/audience/leave/forget-readers.ts';
import { recordMailEvents } from '../../../src/pipeline/send/record-mail-events.ts';
import { tablesWith } from '../../support/database/tables-with.ts';
import { form, publicClient } from '../../support/pages/public-client.ts';
import { mailTo, readerMails, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';

const client = publicClient();
const ada = 'Ada@readers.example';

/** Subscribes, leaves, and is forgotten 13 months later. Returns the token of her old links. */
async function formerReader(): Promise<string> {
  await client.subscribe(ada);
  const token = String((await client.subscriber(ada))?.reader_token);
  await client.request(`/u/${token}`, { method: 'POST' });
  await runReaderJobs(client.pipeline());
  client.advance(13 * 31 * 24);
  await client.pipeline().db.execute('delete from mailed_links');
  expect(await forgetReaders(client.pipeline())).toBe(1);
  return token;
}

describe('the old links of somebody who left long ago, whose address is no longer kept', () => {
  test('say when they left, show no address, and offer neither to pause nor to mail their data', async () => {
    const token = await formerReader();
    const answer = await client.request(`/preferences/${token}`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('You left on 24 November 2026');
    expect(text).toContain('We no longer store your address');
    expect(text.toLowerCase()).not.toContain('ada@');
    expect(text).not.toContain('<button');
  });

  test('change nothing and mail nothing, whatever is posted', async () => {
    const token = await formerReader();
    const before = (await readerMails(client.pipeline())).length;
    for (const action of ['pause', 'resume', 'leave', 'data']) {
      const answer = await client.request(`/preferences/${token}`, form({ action }));
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('You left on')]);
    }
    const oneClick = await client.request(`/u/${token}`, { method: 'POST' });
    expect([oneClick.status, await oneClick.text()]).toEqual([
      200,
      expect.stringContaining('You are unsubscribed'),
    ]);
    await runReaderJobs(client.pipeline());
    expect(await readerMails(client.pipeline())).toHaveLength(before);
    expect(await tablesWith(client.pipeline().db, ada)).toEqual([]);
  });

  test('are still told apart from links that are nobody’s', async () => {
    await formerReader();
    expect((await client.request('/preferences/AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);
    expect((await client.request(`/preferences/${'x'.repeat(5_000)}`)).status).toBe(404);
  });
});

describe('somebody whose address is no longer kept', () => {
  test('comes back by signing up and confirming, and the old links end the new subscription', async () => {
    const token = await formerReader();
    await client.signUp('ada@Readers.example');
    await runReaderJobs(client.pipeline());
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'pending' });
    expect(await (await client.request(`/preferences/${token}`)).text()).toContain('You left on');
    client.advance(1);
    await client.subscribe('ada@readers.example');
    expect(await client.subscriber('ada@readers.example')).toMatchObject({
      status: 'confirmed',
      reader_token: token,
    });
    expect(await (await client.request(`/preferences/${token}`)).text()).toContain('You get every issue');
    await client.request(`/u/${token}`, { method: 'POST' });
    expect(await client.subscriber('ada@readers.example')).toMatchObject({ status: 'unsubscribed' });
  });

  test('is mailed one confirmation in 30 days after a complaint that was reported late', async () => {
    await formerReader();
    await recordMailEvents(client.pipeline(), [
      {
        ...{ eventId: 'e1', type: 'complained', at: new Date(), providerId: null, tagged: null },
        ...{ address: ada.toLowerCase(), suppresses: 'complaint', detail: null },
      },
    ]);
    const before = (await readerMails(client.pipeline())).length;
    for (const days of [0, 1, 28]) {
      client.advance(days * 24);
      await client.signUp(ada);
      await runReaderJobs(client.pipeline());
      expect(await readerMails(client.pipeline())).toHaveLength(before + 1);
    }
  });

  test('stays suppressed if a complaint is reported between the sign-up and its confirmation', async () => {
    await formerReader();
    await client.signUp(ada);
    await runReaderJobs(client.pipeline());
    const { db } = client.pipeline();
    await db.execute(`update erased_addresses set suppression = 'complaint'`);
    const link = /\/confirm\/[\w-]+/.exec((await mailTo(client.pipeline(), ada, 'confirm'))?.text ?? '')?.[0];
    await client.request(link ?? '', { method: 'POST' });
    expect(await findReader(client.pipeline(), ada)).toMatchObject({
      status: 'confirmed',
      suppression: { reason: 'complaint' },
    });
  });

  test('leaves nothing behind if they sign up and do not confirm', async () => {
    const token = await formerReader();
    await client.signUp(ada);
    await runReaderJobs(client.pipeline());
    await client.pipeline().db.execute(`delete from subscribers`);
    expect(await findReader(client.pipeline(), ada)).toMatchObject({ status: 'unsubscribed' });
    expect((await client.request(`/preferences/${token}`)).status).toBe(200);
  });
});
