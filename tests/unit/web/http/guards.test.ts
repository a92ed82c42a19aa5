import { Hono, type MiddlewareHandler } from 'hono';
import { describe, expect, it } from 'vitest';
import {
  formsFrom,
  loopbackOnly,
  noIndex,
  noStore,
  readOnly,
  smallBody,
} from '../../../../src/web/http/guards.ts';

function guarded(...guards: MiddlewareHandler[]): Hono {
  const app = new Hono();
  app.use(...guards);
  app.all('/', async (c) => c.text(await c.req.text()));
  return app;
}

describe('formsFrom', () => {
  const app = guarded(formsFrom('https://news.example/archive', ['https://verdicts.example']));
  const post = async (headers: Record<string, string>) => {
    const answer = await app.request('/', {
      method: 'POST',
      headers: {
        host: 'news.internal:3000',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: 'action=leave',
    });
    return answer.status;
  };

  it.each([
    ['our own page', { origin: 'https://news.example', 'sec-fetch-site': 'same-origin' }],
    ['our own page, in a browser without Sec-Fetch-Site', { origin: 'https://news.example' }],
    ['a site that may show our form', { origin: 'https://verdicts.example', 'sec-fetch-site': 'cross-site' }],
    ['a site that may show our form, in an old browser', { origin: 'https://verdicts.example' }],
    ['the host that the request names', { origin: 'http://news.internal:3000' }],
    ['a page of the same origin that sends no Origin', { 'sec-fetch-site': 'same-origin' }],
    ['a program that is not a browser', {}],
  ])('accepts a form from %s', async (_, headers) => expect(await post(headers)).toBe(200));

  it.each([
    ['another site', { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }],
    ['another site, in a browser without Sec-Fetch-Site', { origin: 'https://elsewhere.example' }],
    ['another site that sends no Origin', { 'sec-fetch-site': 'cross-site' }],
    ['a sandboxed page', { origin: 'null' }],
    ['our name under another scheme', { origin: 'http://news.example' }],
    ['our name at another port', { origin: 'https://news.example:8443' }],
    ['a name that begins with ours', { origin: 'https://news.example.evil.example' }],
    ['our host at another port', { origin: 'http://news.internal:4000' }],
  ])('refuses a form from %s', async (_, headers) => expect(await post(headers)).toBe(403));
});

describe('smallBody', () => {
  const post = async (length: number) =>
    (await guarded(smallBody).request('/', { method: 'POST', body: 'x'.repeat(length) })).status;

  it('accepts 8,192 bytes and no more', async () => {
    expect([await post(8_192), await post(8_193)]).toEqual([200, 413]);
  });
});

describe('loopbackOnly', () => {
  const get = async (host: string, localPort = 4000) =>
    (await guarded(loopbackOnly).request('/', { headers: { host } }, { incoming: { socket: { localPort } } }))
      .status;

  it.each(['127.0.0.1:4000', 'localhost:4000', 'LOCALHOST:4000', '[::1]:4000'])('accepts %s', async (host) =>
    expect(await get(host)).toBe(200),
  );

  it('accepts a name without a port only at port 80', async () => {
    expect([await get('localhost', 80), await get('localhost')]).toEqual([200, 403]);
  });

  it.each([
    'news.example:4000',
    'localhost.evil.example:4000',
    'evil.localhost:4000',
    '127.0.0.1:4001',
    '127.0.0.2:4000',
    '127.0.0.1:4000:80',
    '',
  ])('refuses %j', async (host) => expect(await get(host)).toBe(403));
});

describe('readOnly', () => {
  it.each([
    ['GET', 200],
    ['HEAD', 200],
    ['POST', 405],
    ['PUT', 405],
    ['DELETE', 405],
    ['OPTIONS', 405],
  ])('answers %s with %i', async (method, status) => {
    const answer = await guarded(readOnly).request('/', { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null);
  });
});

it('noStore and noIndex keep a page out of caches and search engines', async () => {
  const { headers } = await guarded(noStore, noIndex).request('/');
  expect([headers.get('cache-control'), headers.get('x-robots-tag')]).toEqual(['no-store', 'noindex']);
});
