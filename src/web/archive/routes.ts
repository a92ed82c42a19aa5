import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import {
  readNeighbours,
  readPublicEntries,
  readPublicEntry,
  readPublicIssues,
} from '../../db/queries/public-issues.ts';
import { feedPath, issueUrl } from '../../domain/publication.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { readPublicIssue } from '../../pipeline/public-issue.ts';
import type { Sheet } from '../public/page.ts';
import { atomFeed } from './feed.ts';
import { issuePage } from './issue-page.ts';
import { listPage } from './list-page.ts';

const weekPattern = '[0-9]{4}-W[0-9]{2}';

/** Readers of feeds keep what they have seen; the archive has the rest. */
const feedEntries = 20;

/** For a minute without asking; then the ETag tells whether anything is new. */
const cacheControl = 'public, max-age=60';

/** Links open beside the page: nothing in the frame may lead the page itself away. */
const frameHead = '<base target="_blank">';

/**
 * The archive: every issue from the moment it is frozen, as pages, as it was sent, as text and as an Atom feed
 * (RFC 4287). The same for everybody, so that any cache may keep it.
 */
export function archiveRoutes({ db }: Pick<PipelineContext, 'db'>, sheet: Sheet): Hono {
  const app = new Hono();
  const cached = async (c: Context, next: () => Promise<void>) => {
    await next();
    if (c.res.status === 200) c.header('Cache-Control', cacheControl);
  };
  for (const path of ['/issues', '/issues/*', feedPath]) app.use(path, etag(), cached);

  app.get('/issues', async (c) => c.html(listPage(sheet, await readPublicIssues(db))));

  app.get(`/issues/:file{${weekPattern}\\.txt}`, async (c) => {
    const issue = await readPublicIssue({ db }, c.req.param('file').slice(0, -'.txt'.length));
    return issue === null ? c.notFound() : c.text(issue.text);
  });

  app.get(`/issues/:week{${weekPattern}}/frame`, async (c) => {
    const week = c.req.param('week');
    const issue = await readPublicIssue({ db }, week);
    if (issue === null) return c.notFound();
    // The page is what search engines should name.
    c.header('Link', `<${issueUrl(sheet.publicUrl, week)}>; rel="canonical"`);
    return c.html(issue.html.replace(/<\/head>/i, () => `${frameHead}</head>`));
  });

  app.get(`/issues/:week{${weekPattern}}`, async (c) => {
    const week = c.req.param('week');
    const [issue, neighbours] = await Promise.all([readPublicEntry(db, week), readNeighbours(db, week)]);
    return issue === null ? c.notFound() : c.html(issuePage(sheet, issue, neighbours));
  });

  app.get(feedPath, async (c) => {
    const feed = atomFeed(sheet, await readPublicEntries(db, feedEntries));
    return c.body(feed, 200, { 'Content-Type': 'application/atom+xml; charset=utf-8' });
  });
  return app;
}
