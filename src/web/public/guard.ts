import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { frameHeaders } from '../frame-headers.ts';

/** Where an issue is shown alone, for the frame of its page. */
const framePath = /^\/issues\/[^/]+\/frame$/;

/** No form of ours is longer. */
const maxFormBytes = 8_192;

/** Headers of every answer. Pages run no script and load nothing from elsewhere. */
export function strictHeaders(publicUrl: string): MiddlewareHandler {
  const everywhere = {
    strictTransportSecurity: publicUrl.startsWith('https:') ? 'max-age=31536000' : false,
    // Links carry tokens. `no-referrer` would be as tight, but makes browsers send `Origin: null` with forms.
    referrerPolicy: 'same-origin',
  } as const;
  const forPages = secureHeaders({
    ...everywhere,
    xFrameOptions: 'DENY',
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      frameSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  });
  const forFrames = frameHeaders(everywhere);
  return (c, next) => (framePath.test(c.req.path) ? forFrames : forPages)(c, next);
}

/** For pages behind a token: nobody keeps them, nobody lists them. */
export const privatePage: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
};

/**
 * Refuses forms that a browser sends from another site than ours and `otherOrigins`. What says nothing of where it
 * comes from is no browser of today.
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

export const smallBody = bodyLimit({
  maxSize: maxFormBytes,
  onError: () => {
    throw new HTTPException(413);
  },
});
