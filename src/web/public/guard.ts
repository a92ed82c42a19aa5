import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Where an issue is shown alone, for the frame of its page. */
const framePath = /^\/issues\/[^/]+\/frame$/;

/**
 * Headers of every answer. Pages run no script and load nothing from elsewhere. An issue is content from
 * elsewhere: no scripts, no origin of its own, also when it is opened outside its frame.
 */
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
  const forFrames = secureHeaders({
    ...everywhere,
    xFrameOptions: 'SAMEORIGIN',
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'unsafe-inline'"],
      imgSrc: ['https:', 'data:'],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'self'"],
      sandbox: ['allow-popups', 'allow-popups-to-escape-sandbox'],
    },
  });
  return (c, next) => (framePath.test(c.req.path) ? forFrames : forPages)(c, next);
}
