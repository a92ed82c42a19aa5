import { Hono } from 'hono';
import type { PipelineContext } from '../../pipeline/context.ts';
import { listEarlierIssues, previewComing, previewIssue } from '../../pipeline/report/preview-issue.ts';
import { forceScheme } from './frame-html.ts';
import { parseChoice, parseScheme } from './frames.ts';
import { type Bindings, neverStored, ownHostOnly, readsOnly, strictHeaders } from './guard.ts';
import { homePage } from './home-page.ts';
import { issuePage } from './issue-page.ts';
import { messagePage, stylesheetPath } from './page.ts';
import { stylesheet } from './stylesheet.ts';

/** Half a year. */
const earlierShown = 26;

export interface PreviewOptions {
  /** Told of each failure that became a 500 page, which names no cause. */
  readonly onError?: (error: unknown) => void;
}

/** The editors' pages: the coming issue and earlier ones. Reads only; no scripts, no cookies. */
export function previewApp(ctx: PipelineContext, options: PreviewOptions = {}): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  const { name } = ctx.settings.publication;
  const notFound = (text: string) => messagePage(name, 'Not here', text);

  app.use(strictHeaders, neverStored, ownHostOnly, readsOnly);

  app.get('/', async (c) => {
    const coming = await previewComing(ctx);
    const limit = c.req.query('all') === undefined ? earlierShown : Number.POSITIVE_INFINITY;
    return c.html(homePage(name, coming, await listEarlierIssues(ctx, limit)));
  });
  app.get('/issues/:week', async (c) => {
    const result = await previewIssue(ctx, c.req.param('week'));
    if (!result.ok) return c.html(notFound(`There is no issue for ${c.req.param('week')}.`), 404);
    return c.html(issuePage(name, result.preview, parseChoice(c.req.query())));
  });
  app.get('/frame/:week', async (c) => {
    const result = await previewIssue(ctx, c.req.param('week'));
    if (!result.ok) return c.html(notFound(`There is no issue for ${c.req.param('week')}.`), 404);
    return c.html(forceScheme(result.preview.email.html, parseScheme(c.req.query('scheme'))));
  });
  app.get('/text/:week', async (c) => {
    const result = await previewIssue(ctx, c.req.param('week'));
    if (!result.ok) return c.html(notFound(`There is no issue for ${c.req.param('week')}.`), 404);
    return c.text(result.preview.email.text);
  });
  app.get(stylesheetPath, (c) => c.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }));

  app.notFound((c) => c.html(notFound('There is no such page in the preview.'), 404));
  app.onError((error, c) => {
    options.onError?.(error);
    const text = 'Nothing was changed. Try again; if it stays so, look where the preview was started.';
    return c.html(messagePage(name, 'This page could not be made', text), 500);
  });
  return app;
}
