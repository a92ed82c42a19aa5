import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { senderOf } from '../../../src/web/public/sender.ts';

async function seen(forwarded: string | undefined, trustedProxies: number): Promise<string> {
  const app = new Hono();
  app.get('/', (c) => c.text(senderOf(c, trustedProxies)));
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const answer = await app.request('/', { headers }, { incoming: { socket: { remoteAddress: '10.0.0.1' } } });
  return answer.text();
}

test.each([
  ['without a proxy, whatever is claimed', '203.0.113.9', 0, '10.0.0.1'],
  ['behind one proxy, what that one saw', '198.51.100.66, 203.0.113.9', 1, '203.0.113.9'],
  ['behind two, what the outer one saw', '198.51.100.66, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
  ['the peer where a proxy says nothing', undefined, 1, '10.0.0.1'],
  ['the peer where there are fewer proxies than told', '203.0.113.9', 2, '10.0.0.1'],
])('the sender is, %s', async (_, forwarded, trustedProxies, sender) => {
  expect(await seen(forwarded, trustedProxies)).toBe(sender);
});
