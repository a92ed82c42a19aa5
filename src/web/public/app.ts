import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { readLatestIssue } from '../../db/queries/latest-issue.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { archiveRoutes } from '../archive/routes.ts';
import { type WebhookContext, webhookApp } from '../webhooks/app.ts';
import { strictHeaders } from './guard.ts';
import { homePage } from './home-page.ts';
import { messagePage, type Sheet } from './page.ts';
import { serveStylesheet, stylesheetPath } from './stylesheet.ts';

/** What the readers' pages are given: the pipeline, and what only pages need to know. */
export interface PublicContext extends PipelineContext, WebhookContext {
  readonly pages: PageSettings;
}

export interface PageSettings {
  readonly privacyUrl: string | null;
}

export interface PublicOptions {
  /** Told of each failure that became a 500 page, which names no cause. */
  readonly onError: (error: unknown) => void;
}

/** The pages for readers and for the machines that speak for them. No scripts, no cookies, no third party. */
export function publicApp(ctx: PublicContext, { onError }: PublicOptions): Hono {
  const app = new Hono();
  const sheet: Sheet = { ...ctx.settings.publication, privacyUrl: ctx.pages.privacyUrl };

  app.use(strictHeaders(sheet.publicUrl));

  app.get('/', async (c) => {
    c.header('Cache-Control', 'no-cache');
    return c.html(homePage(sheet, await readLatestIssue(ctx.db)));
  });
  app.get(stylesheetPath, serveStylesheet);
  app.route('/', archiveRoutes(ctx, sheet));
  app.route('/', webhookApp(ctx));

  app.notFound((c) =>
    c.html(messagePage(sheet, { title: 'Not here', text: 'There is no such page. It may have moved.' }), 404),
  );
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    onError(error);
    const text = 'Nothing was changed. Please try again in a minute.';
    return c.html(messagePage(sheet, { title: 'That did not work', text }), 500);
  });
  return app;
}
