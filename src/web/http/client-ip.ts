import type { Context } from 'hono';
import { incomingOf } from './guards.ts';

/**
 * The IP address that a request came from. Each proxy appends the address it saw to X-Forwarded-For, so behind
 * `trustedProxies` of our own the client is that many from the end. Anybody can claim what stands before it.
 */
export function clientIp(c: Context, trustedProxies: number): string {
  const peer = incomingOf(c)?.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return peer;
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim());
  return forwarded.at(-trustedProxies) || peer;
}
