import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** Node's side of the request; undefined where a test calls the app without a port. */
export const incomingOf = (c: Context) => (c.env as Partial<HttpBindings> | undefined)?.incoming;

/**
 * The IP address that a request came from. Each proxy appends the address it saw to X-Forwarded-For, so behind
 * `trustedProxies` of our own the client is that many from the end. Anybody can claim what comes before it.
 */
export function clientIp(c: Context, trustedProxies: number): string {
  const peer = incomingOf(c)?.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return peer;
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim());
  return forwarded.at(-trustedProxies) || peer;
}

/**
 * Whether this error is Node's own because the client closed the connection before its request was complete. It is
 * recognised by identity: a lost database connection has the same code, ECONNRESET.
 */
export const isClientAbort = (c: Context, error: Error) => error === incomingOf(c)?.errored;
