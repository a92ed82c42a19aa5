import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { clientIp } from '../../../../src/web/http/connection.ts';

async function clientIpFrom(forwarded: string | undefined, trustedProxies: number): Promise<string> {
  const app = new Hono();
  app.get('/', (c) => c.text(clientIp(c, trustedProxies)));
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const answer = await app.request('/', { headers }, { incoming: { socket: { remoteAddress: '10.0.0.1' } } });
  return answer.text();
}

test.each([
  ['the peer without a proxy, whatever is claimed', '203.0.113.9', 0, '10.0.0.1'],
  ['what the proxy saw, behind one', '198.51.100.66, 203.0.113.9', 1, '203.0.113.9'],
  ['what the outer proxy saw, behind two', '198.51.100.66, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
  ['the peer when the proxy says nothing', undefined, 1, '10.0.0.1'],
  ['the peer when there are fewer proxies than configured', '203.0.113.9', 2, '10.0.0.1'],
])('the client IP is %s', async (_, forwarded, trustedProxies, expected) => {
  expect(await clientIpFrom(forwarded, trustedProxies)).toBe(expected);
});
