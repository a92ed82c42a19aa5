import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RateHeaders } from '../../../src/mail/resend/answer.ts';
import { resendMailer } from '../../../src/mail/resend/mailer.ts';
import { aBatch, anEmail, fakeAndMailer, post, readers } from './mail-fixtures.ts';

describe('the request for a batch', () => {
  it('is JSON in permissive mode, with API key, idempotency key and user agent', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await post(mailer, readers(100), 'issue-7-batch-3');
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]).toMatchObject({
      method: 'POST',
      path: '/emails/batch',
      headers: {
        authorization: `Bearer ${fake.apiKey}`,
        'idempotency-key': 'issue-7-batch-3',
        'x-batch-validation': 'permissive',
        'content-type': 'application/json',
        'user-agent': expect.stringMatching(/resend/),
      },
      answered: 200,
    });
  });

  it('states its length and is not chunked, however large', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const emails = readers(20).map((email) => ({ ...email, html: `<p>${'🦉'.repeat(10_000)}</p>` }));
    await post(mailer, emails);
    const [request] = fake.requests;
    expect(Number(request?.headers['content-length'])).toBeGreaterThan(20 * 40_000);
    expect(request?.headers).not.toHaveProperty('transfer-encoding');
    expect(request?.answered).toBe(200);
  });

  it('has one recipient per email, html and text, the unsubscribe headers, reply-to and tags', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const emails = readers(3);
    await post(mailer, emails);
    expect(fake.accepted.map(({ email }) => email)).toEqual(
      emails.map((email) => ({
        from: email.from,
        to: [email.to],
        subject: email.subject,
        html: email.html,
        text: email.text,
        replyTo: [email.replyTo],
        headers: {
          'List-Unsubscribe': expect.stringMatching(/^<https:.*\/u\/[\w-]{22}>$/),
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
        tags: [
          { name: 'issue', value: '7' },
          { name: 'batch', value: '1' },
          { name: 'delivery', value: expect.stringMatching(/^[\w-]+$/) },
        ],
        templateId: null,
      })),
    );
  });

  it('leaves out a reply-to that is not set', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await post(mailer, [anEmail('ada@readers.example', { replyTo: null })]);
    expect(fake.accepted[0]?.email?.replyTo).toEqual([]);
  });

  it('has exactly the bytes that were hashed, even with lone surrogates', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const emails = readers(5).with(2, anEmail('bo@readers.example', { html: 'a\ud800b \u2028 🦉 é "\\' }));
    const prepared = await mailer.prepare(aBatch(emails));
    await prepared.post('once');
    await prepared.post('twice');
    expect(fake.requests.map(({ sha256 }) => sha256)).toEqual([prepared.sha256, prepared.sha256]);
  });

  it('has the same hash in every process, and another hash for other emails', async () => {
    const { mailer } = await fakeAndMailer();
    const other = await fakeAndMailer();
    const hash = async (count: number, by = mailer) => (await by.prepare(aBatch(readers(count)))).sha256;
    expect(await hash(3)).toBe(await hash(3, other.mailer));
    expect(await hash(3)).not.toBe(await hash(2));
    expect(await hash(3)).not.toBe(createHash('sha256').update('').digest('hex'));
  });

  it('names the provider, by which the ledger knows it', async () => {
    expect((await fakeAndMailer()).mailer.provider).toBe('resend');
  });

  it('is not sent when it is prepared', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await mailer.prepare(aBatch(readers(3)));
    expect(fake.requests).toEqual([]);
  });

  it('has between 1 and 100 emails', async () => {
    const { mailer } = await fakeAndMailer();
    await expect(mailer.prepare(aBatch(readers(101)))).rejects.toThrow(
      'a batch has 1 to 100 emails, not 101',
    );
    await expect(mailer.prepare(aBatch([]))).rejects.toThrow('a batch has 1 to 100 emails, not 0');
  });

  it('goes to the base URL, with slashes at its end or without', async () => {
    const { fake } = await fakeAndMailer();
    const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: `${fake.url}//` });
    await post(mailer, readers(1));
    expect(fake.requests.map(({ path }) => path)).toEqual(['/emails/batch']);
  });

  it('is never made with a key from the environment', () => {
    expect(() => resendMailer({ apiKey: '' })).toThrow('RESEND_API_KEY is empty');
  });
});

describe('an idempotency key', () => {
  it('posted twice sends once and returns the same ids', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const first = await post(mailer, readers(100));
    expect(await post(mailer, readers(100))).toEqual(first);
    expect(fake.accepted).toHaveLength(100);
  });

  it('is forgotten after 24 hours', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await post(mailer, readers(1));
    fake.advance(24 * 3_600_000 - 60_000);
    await post(mailer, readers(1));
    expect(fake.accepted).toHaveLength(1);
    fake.advance(60_000);
    await post(mailer, readers(1));
    expect(fake.accepted).toHaveLength(2);
  });
});

it('reports every answer with its rate limit, and a missing answer too', async () => {
  const reported: { status: number | null; rate: RateHeaders }[] = [];
  const { fake, mailer } = await fakeAndMailer(
    { rateLimit: { limit: 2, windowMs: 1_000 }, now: () => 0 },
    { onAnswer: (answer) => reported.push(answer) },
  );
  await post(mailer, readers(1), 'a');
  await post(mailer, readers(1), 'b');
  await post(mailer, readers(1), 'c');
  fake.faults.script(['reset-before']);
  await post(mailer, readers(1), 'd');
  expect(
    reported.map(({ status, rate }) => [
      status,
      rate.limit,
      rate.remaining,
      rate.windowMs,
      rate.retryAfterMs,
    ]),
  ).toEqual([
    [200, 2, 1, 1_000, null],
    [200, 2, 0, 1_000, null],
    [429, 2, 0, 1_000, 1_000],
    [null, null, null, null, null],
  ]);
});
