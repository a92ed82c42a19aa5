import { type Context, Hono } from 'hono';
import { isDatabaseAway } from '../../db/away.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { previewIssue, viewHome } from '../../pipeline/report/view-issue.ts';
import { loopbackOnly, noStore, readOnly } from '../http/guards.ts';
import { securityHeaders } from '../http/security-headers.ts';
import { retryAfter } from '../layout/error-page.ts';
import { forceScheme } from './force-scheme.ts';
import { parseChoice, parseScheme } from './frames.ts';
import { homePage } from './home-page.ts';
import { issuePage } from './issue-page.ts';
import { messagePage, stylesheetPath } from './page.ts';
import { stylesheet } from './stylesheet.ts';

/** Half a year. */
const earlierShown = 26;

export interface DeskOptions {
  /** Called with each error that was answered with a 5xx page, which does not name the cause. */
  readonly onError?: (error: unknown) => void;
}

/** The editors' pages: the coming issue, what is being sent, and earlier ones. Read-only; no scripts, no cookies. */
export function deskApp(ctx: PipelineContext, options: DeskOptions = {}): Hono {
  const app = new Hono();
  const { name } = ctx.settings.publication;
  const publication = { name, timeZone: ctx.settings.timeZone };
  const notFound = (c: Context, text: string) =>
    c.html(messagePage(name, { title: 'Page not found', text }), 404);
  const noIssue = (c: Context, week: string) => notFound(c, `There is no issue for ${week}.`);

  app.use(
    securityHeaders({
      framePath: /^\/frame\//,
      referrerPolicy: 'no-referrer',
      // Plain http on this machine: requiring https would only break the port for other programs.
      httpsOnly: false,
      imgSrc: ['data:'],
      formAction: "'none'",
    }),
    noStore,
    loopbackOnly,
    readOnly,
  );

  app.get('/', async (c) => {
    const limit = c.req.query('all') === undefined ? earlierShown : Number.POSITIVE_INFINITY;
    return c.html(homePage(publication, await viewHome(ctx, limit)));
  });
  app.get('/issues/:week', async (c) => {
    const week = c.req.param('week');
    const result = await previewIssue(ctx, week);
    if (!result.ok) return noIssue(c, week);
    return c.html(issuePage(publication, result.preview, parseChoice(c.req.query())));
  });
  app.get('/frame/:week', async (c) => {
    const week = c.req.param('week');
    const result = await previewIssue(ctx, week);
    if (!result.ok) return noIssue(c, week);
    return c.html(forceScheme(result.preview.email.html, parseScheme(c.req.query('scheme'))));
  });
  app.get('/text/:week', async (c) => {
    const week = c.req.param('week');
    const result = await previewIssue(ctx, week);
    if (!result.ok) return noIssue(c, week);
    return c.text(result.preview.email.text);
  });
  app.get(stylesheetPath, (c) => c.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }));

  app.notFound((c) => notFound(c, 'There is no such page.'));
  app.onError((error, c) => {
    options.onError?.(error);
    if (isDatabaseAway(error)) {
      c.header('Retry-After', retryAfter);
      const text = 'The database cannot be reached. Nothing was changed. The log says why.';
      return c.html(messagePage(name, { title: 'The database is away', text }), 503);
    }
    const text = 'Nothing was changed. Please try again. If it fails again, the log says why.';
    return c.html(messagePage(name, { title: 'This page could not be loaded', text }), 500);
  });
  return app;
}
