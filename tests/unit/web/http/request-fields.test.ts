import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { describe, expect, it } from 'vitest';
import { readFields, wantsJson } from '../../../../src/web/http/request-fields.ts';

const app = new Hono();
app.post('/fields', async (c) => c.json((await readFields(c)) ?? null));
app.post('/json', (c) => c.json(wantsJson(c)));
app.onError((error, c) => c.text('', error instanceof HTTPException ? error.status : 500));

const post = (path: string, headers: Record<string, string>, body = '') =>
  app.request(path, { method: 'POST', headers, body });

describe('the fields of a request', () => {
  it.each([
    ['application/json', '{"email":"ada@x.dev"}'],
    ['application/json; charset=utf-8', '{"email":"ada@x.dev"}'],
    ['application/x-www-form-urlencoded', 'email=ada%40x.dev'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@x.dev\r\n--b--',
    ],
  ])('are read from %s', async (type, body) => {
    expect(await (await post('/fields', { 'content-type': type }, body)).json()).toEqual({
      email: 'ada@x.dev',
    });
  });

  it.each([
    ['application/json', '{"email":', 400],
    ['text/plain', 'email=ada%40x.dev', 415],
    ['application/jsonp', '{}', 415],
    ['text/plain; application/json', '{}', 415],
  ])('are refused from %s: %s', async (type, body, status) => {
    expect((await post('/fields', { 'content-type': type }, body)).status).toBe(status);
  });
});

describe('the answer', () => {
  it.each([
    ['what the client asks for', 'application/json', 'application/x-www-form-urlencoded', true],
    ['what it sent, if it does not say', '*/*', 'application/json', true],
    ['a page for a browser, whatever it sent', 'text/html,application/json;q=0.9', 'application/json', false],
    ['a page for a form', '*/*', 'application/x-www-form-urlencoded', false],
  ])('is %s', async (_, accept, type, expected) => {
    const answer = await post('/json', { accept, 'content-type': type });
    expect(await answer.json()).toBe(expected);
  });
});
