import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { readLatestIssue } from '../../db/queries/issue/public-issues.ts';
import { archiveRoutes } from '../archive/routes.ts';
import type { PublicContext, Site } from '../context.ts';
import { answerFault, onlyTakes } from '../faults.ts';
import { serveStylesheet, stylesheetPath } from '../stylesheet.ts';
import { webhookApp } from '../webhooks/app.ts';
import { confirmRoutes } from './confirm.ts';
import { strictHeaders } from './guard.ts';
import { homePage } from './home-page.ts';
import { ownDataRoutes } from './own-data.ts';
import { preferencesRoutes } from './preferences.ts';
import { signUpRoutes } from './sign-up.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

export interface PublicOptions {
  /** Told of each failure that became a 500 page, which names no cause. */
  readonly onError: (error: unknown) => void;
}

/** The pages for readers and for the machines that speak for them. No scripts, no cookies, no third party. */
export function publicApp(ctx: PublicContext, { onError }: PublicOptions): Hono {
  const app = new Hono();
  const site: Site = { ctx, sheet: { ...ctx.settings.publication, privacyUrl: ctx.pages.privacyUrl } };

  app.use(strictHeaders(site.sheet.publicUrl));

  app.get('/', async (c) => {
    c.header('Cache-Control', 'private, no-cache');
    return c.html(homePage(site, await readLatestIssue(ctx.db)));
  });
  app.all('/', onlyTakes('GET'));
  app.get(stylesheetPath, serveStylesheet);
  app.route('/', archiveRoutes(site));
  app.route('/', webhookApp(ctx));
  app.route('/subscribe', signUpRoutes(site));
  app.route('/confirm', confirmRoutes(site));
  app.route('/u', unsubscribeRoutes(site));
  app.route('/preferences', preferencesRoutes(site));
  app.route('/data', ownDataRoutes(site));

  app.notFound((c) => answerFault(c, site.sheet, new HTTPException(404), onError));
  app.onError((error, c) => answerFault(c, site.sheet, error, onError));
  return app;
}
