import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { addReaders } from '../../support/database/subscribers.ts';
import { form, publicClient } from '../../support/pages/public-client.ts';
import { mailTo, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';

const client = publicClient();
const ada = 'reader-1@readers.example';

let token: string;
beforeEach(async () => {
  await addReaders(client.pipeline().db, 1);
  token = String((await client.subscriber(ada))?.reader_token);
});

const status = async () => (await client.subscriber(ada))?.status;

/** Leaves, and returns the offer of the page that says goodbye. */
async function leave(init: RequestInit = { method: 'POST' }, path = `/u/${token}`): Promise<string | null> {
  const text = await (await client.request(path, init)).text();
  expect(text).toContain('You are unsubscribed');
  return /name="offer" value="([^"]+)"/.exec(text)?.[1] ?? null;
}

const takeBack = async (offer: string | null) =>
  (await client.request(`/preferences/${token}`, form({ action: 'return', offer: offer ?? '' }))).text();

describe('the page that says goodbye', () => {
  test.each([
    ['after the button', () => leave()],
    ['on the preferences', () => leave(form({ action: 'leave' }), `/preferences/${token}`)],
  ])('offers %s to take it back, which mails no goodbye', async (_, leaving) => {
    const offer = await leaving();
    expect(await status()).toBe('unsubscribed');
    expect(await takeBack(offer)).toContain('You are subscribed again');
    expect(await status()).toBe('confirmed');
    await runReaderJobs(client.pipeline());
    expect(await mailTo(client.pipeline(), ada, 'goodbye')).toBeUndefined();
  });

  test('lets it be taken back once', async () => {
    const offer = await leave();
    await takeBack(offer);
    expect(await takeBack(offer)).toContain('Nothing has changed');
    client.advance(0.01);
    expect(await leave()).not.toBe(offer);
    expect(await takeBack(offer)).toContain('Nothing has changed');
    expect(await status()).toBe('unsubscribed');
  });

  test('lets it be taken back for 15 minutes', async () => {
    const offer = await leave();
    client.advance(16 / 60);
    expect(await takeBack(offer)).toContain('Nothing has changed');
    expect(await status()).toBe('unsubscribed');
  });

  test('takes no offer of its reader’s making', async () => {
    const offer = String(await leave());
    for (const forged of [
      '',
      'x',
      `${offer}x`,
      offer.replace(/\..*/, '.AAAAAAAAAAAAAAAAAAAAAA'),
      `0.${offer}`,
    ])
      expect(await takeBack(forged)).toContain('Nothing has changed');
    expect(await status()).toBe('unsubscribed');
  });

  test('offers nothing to the one-click request of a mail program, nor to who opens it again', async () => {
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    expect(await leave(form({ 'List-Unsubscribe': 'One-Click' }))).toBeNull();
    expect(await leave({ method: 'POST', body: multipart })).toBeNull();
    expect(await leave()).toBeNull();
    expect(await status()).toBe('unsubscribed');
  });

  test('offers nothing over a suppression, and takes nothing back over one', async () => {
    const suppress = () =>
      client
        .pipeline()
        .db.execute(sql`insert into suppressions (email, reason) values (${ada}, 'complaint')`);
    const offer = await leave();
    await suppress();
    expect(await takeBack(offer)).toContain('Nothing has changed');
    expect(await status()).toBe('unsubscribed');
    await client.pipeline().db.execute(sql`update subscribers set status = 'confirmed'`);
    expect(await leave()).toBeNull();
  });
});
