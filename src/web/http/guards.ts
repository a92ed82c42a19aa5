import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { incomingOf } from './connection.ts';

/** For pages that nobody else may see later. */
export const noStore: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
};

/** For pages behind a token. */
export const noIndex: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('X-Robots-Tag', 'noindex');
};

/**
 * Refuses forms that a browser sends from a site other than ours and `otherOrigins`. A request without both `Origin`
 * and `Sec-Fetch-Site` does not come from a browser of today.
 */
export function formsFrom(publicUrl: string, otherOrigins: readonly string[] = []): MiddlewareHandler {
  const allowed = new Set([new URL(publicUrl).origin, ...otherOrigins]);
  const guard = csrf({
    origin: (origin, c) => allowed.has(origin) || isSameHost(origin, c.req.header('host')),
  });
  return (c, next) => {
    const { origin, 'sec-fetch-site': site } = c.req.header();
    return origin === undefined && site === undefined ? next() : guard(c, next);
  };
}

function isSameHost(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** No form of ours is longer. */
const maxFormBytes = 8_192;

export const smallBody = bodyLimit({
  maxSize: maxFormBytes,
  onError: () => {
    throw new HTTPException(413);
  },
});

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Allows only this machine's own names, at the port we listen on: another site could point its name at 127.0.0.1
 * and read the page from the editor's browser (DNS rebinding).
 */
export const loopbackOnly: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? new URL(c.req.url).host;
  const port = incomingOf(c)?.socket.localPort ?? 80;
  if (isLoopback(host, port)) return next();
  return c.text(`This page is only available at http://127.0.0.1:${port}/.\n`, 403);
};

function isLoopback(host: string, port: number): boolean {
  const [, name, given] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  return name !== undefined && loopbackNames.has(name) && Number(given ?? 80) === port;
}

export const readOnly: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  return c.text('These pages are read-only.\n', 405, { Allow: 'GET, HEAD' });
};
