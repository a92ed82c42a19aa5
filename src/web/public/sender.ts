import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/**
 * The IP address that a request came from. Each proxy appends to X-Forwarded-For the address that it saw, so
 * behind `trustedProxies` of ours the sender is that many from the end; what stands before it anybody may claim.
 */
export function senderOf(c: Context, trustedProxies: number): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  const peer = incoming?.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return peer;
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim());
  return forwarded.at(-trustedProxies) || peer;
}
