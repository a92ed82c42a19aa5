import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

interface SecurityHeaders {
  /** Where an issue is shown on its own, for the frame of a page. */
  readonly framePath: RegExp;
  readonly referrerPolicy: 'same-origin' | 'no-referrer';
  /** Whether browsers should come back by https only. */
  readonly httpsOnly: boolean;
  readonly imgSrc: string[];
  readonly formAction: "'self'" | "'none'";
}

/**
 * Headers of every answer. Pages run no script and load nothing from another site. An issue in a frame is
 * untrusted content: it runs no script either and has no origin, even when opened outside its frame.
 */
export function securityHeaders(options: SecurityHeaders): MiddlewareHandler {
  const { framePath, referrerPolicy, httpsOnly, imgSrc, formAction } = options;
  const shared = { strictTransportSecurity: httpsOnly ? 'max-age=31536000' : false, referrerPolicy } as const;
  const forPages = secureHeaders({
    ...shared,
    xFrameOptions: 'DENY',
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc,
      frameSrc: ["'self'"],
      formAction: [formAction],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  });
  const forFrames = secureHeaders({
    ...shared,
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
