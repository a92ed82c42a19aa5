import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

type Headers = NonNullable<Parameters<typeof secureHeaders>[0]>;

/**
 * Headers of an issue shown alone, for the frame of a page. It is content from elsewhere: no scripts, no origin of
 * its own, also when it is opened outside its frame. `everywhere` is what all pages around it have, too.
 */
export function frameHeaders(everywhere: Headers): MiddlewareHandler {
  return secureHeaders({
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
}
