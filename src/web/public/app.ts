import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { readLatestIssue } from '../../db/queries/issue/public-issues.ts';
import { archiveRoutes } from '../archive/routes.ts';
import type { PublicContext } from '../context.ts';
import { securityHeaders } from '../http/security-headers.ts';
import { answerError, methodNotAllowed } from '../layout/error-page.ts';
import { serveStylesheet, stylesheetPath } from '../layout/stylesheet.ts';
import { webhookApp } from '../webhooks/app.ts';
import { confirmRoutes } from './confirm.ts';
import { dataRoutes } from './data.ts';
import { homePage } from './home-page.ts';
import { preferencesRoutes } from './preferences.ts';
import { signUpRoutes } from './sign-up.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

export interface PublicOptions {
  /** Called with each error that was answered with a 5xx page, which does not name the cause. */
  readonly onError: (error: unknown) => void;
}

/** The pages for readers, and the webhooks of the mail provider. No scripts, no cookies, no third party. */
export function publicApp(ctx: PublicContext, { onError }: PublicOptions): Hono {
  const app = new Hono();

  app.use(
    securityHeaders({
      framePath: /^\/issues\/[^/]+\/frame$/,
      // Links carry tokens. `no-referrer` would be as strict, but makes browsers send `Origin: null` with forms.
      referrerPolicy: 'same-origin',
      httpsOnly: ctx.settings.publication.publicUrl.startsWith('https:'),
      imgSrc: ["'self'", 'data:'],
      formAction: "'self'",
    }),
  );

  app.get('/', async (c) => {
    c.header('Cache-Control', 'private, no-cache');
    return c.html(homePage(ctx, await readLatestIssue(ctx.db)));
  });
  app.all('/', methodNotAllowed('GET'));
  app.get(stylesheetPath, serveStylesheet);
  app.route('/', archiveRoutes(ctx));
  app.route('/', webhookApp(ctx));
  app.route('/subscribe', signUpRoutes(ctx));
  app.route('/confirm', confirmRoutes(ctx));
  app.route('/u', unsubscribeRoutes(ctx));
  app.route('/preferences', preferencesRoutes(ctx));
  app.route('/data', dataRoutes(ctx));

  app.notFound((c) => answerError(c, ctx, new HTTPException(404), onError));
  app.onError((error, c) => answerError(c, ctx, error, onError));
  return app;
}
