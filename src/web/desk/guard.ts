import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { frameHeaders } from '../frame-headers.ts';

/** Absent where a test asks the app without a port. */
export type Bindings = Partial<HttpBindings>;

type Guard = MiddlewareHandler<{ Bindings: Bindings }>;

const ownNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Only this machine's own names, at the port we listen on: another site could point its name at 127.0.0.1 and
 * read the page from the editor's browser (DNS rebinding).
 */
export const ownHostOnly: Guard = async (c, next) => {
  const host = c.req.header('host') ?? new URL(c.req.url).host;
  const port = c.env?.incoming?.socket.localPort ?? 80;
  if (isOwn(host, port)) return next();
  return c.text(`This preview answers at http://127.0.0.1:${port}/ only.\n`, 403);
};

function isOwn(host: string, port: number): boolean {
  const [, name, given] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  return name !== undefined && ownNames.has(name) && Number(given ?? 80) === port;
}

export const readsOnly: Guard = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  return c.text('This preview only reads.\n', 405, { Allow: 'GET, HEAD' });
};

export const neverStored: Guard = async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
};

const everywhere = {
  // Plain http on this machine: a promise of https would only break the port for other programs.
  strictTransportSecurity: false,
  referrerPolicy: 'no-referrer',
} as const;

const pageHeaders = secureHeaders({
  ...everywhere,
  xFrameOptions: 'DENY',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    frameSrc: ["'self'"],
    imgSrc: ['data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

const issueHeaders = frameHeaders(everywhere);

export const strictHeaders: Guard = (c, next) =>
  (c.req.path.startsWith('/frame/') ? issueHeaders : pageHeaders)(c, next);
