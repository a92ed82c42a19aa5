import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import {
  readArchiveVersion,
  readNeighbours,
  readPublicEntries,
  readPublicEntry,
  readPublicIssues,
} from '../../db/queries/issue/public-issues.ts';
import { feedPath, issueUrl } from '../../domain/issue/publication.ts';
import { readPublicIssue } from '../../pipeline/report/view-issue.ts';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { archiveCache } from './cache.ts';
import { atomFeed } from './feed.ts';
import { issuePage } from './issue-page.ts';
import { listPage } from './list-page.ts';

const weekPattern = '[0-9]{4}-W[0-9]{2}';

/** Feed readers store what they have seen; the archive has the rest. */
const feedEntries = 20;

/** Fresh for a minute; after that the ETag tells whether anything is new. */
const cacheControl = 'public, max-age=60';

/** Links open in a new tab: nothing in the frame may navigate the page around it. */
const frameHead = '<base target="_blank">';

/** A response as it is sent, hashed once rather than at each request. */
interface CachedResponse {
  readonly body: Buffer<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

function response(text: string, type: string): CachedResponse {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type: `${type}; charset=utf-8`, etag };
}

const htmlResponse = async (markup: Html) => response(String(await markup), 'text/html');

/**
 * The archive: every issue from the moment it is frozen, as pages, as it was sent, as text and as an Atom feed
 * (RFC 4287). It is the same for everybody, so any cache may store it.
 */
export function archiveRoutes(ctx: PublicContext): Hono {
  const { db } = ctx;
  const { publication } = ctx.settings;
  const app = new Hono();
  const cached = archiveCache(() => readArchiveVersion(db));
  const answer = async (c: Context, build: () => Promise<CachedResponse | null>, headers = {}) => {
    const found = await cached(c.req.path, build);
    if (found === null) return c.notFound();
    const { body, type, etag } = found;
    return c.body(body, 200, { 'Content-Type': type, 'Cache-Control': cacheControl, ETag: etag, ...headers });
  };
  for (const path of ['/issues', '/issues/*', feedPath]) app.use(path, etag());

  app.get('/issues', (c) => answer(c, async () => htmlResponse(listPage(ctx, await readPublicIssues(db)))));

  app.get(`/issues/:file{${weekPattern}\\.txt}`, (c) =>
    answer(c, async () => {
      const issue = await readPublicIssue(ctx, c.req.param('file').slice(0, -'.txt'.length));
      return issue && response(issue.text, 'text/plain');
    }),
  );

  app.get(`/issues/:week{${weekPattern}}/frame`, (c) => {
    const week = c.req.param('week');
    const asSent = async () => {
      const issue = await readPublicIssue(ctx, week);
      if (issue === null) return null;
      return response(
        issue.html.replace(/<\/head>/i, () => `${frameHead}</head>`),
        'text/html',
      );
    };
    // Search engines should list the page around the frame instead.
    return answer(c, asSent, { Link: `<${issueUrl(publication.publicUrl, week)}>; rel="canonical"` });
  });

  app.get(`/issues/:week{${weekPattern}}`, (c) =>
    answer(c, async () => {
      const week = c.req.param('week');
      const [issue, neighbours] = await Promise.all([readPublicEntry(db, week), readNeighbours(db, week)]);
      return issue && htmlResponse(issuePage(ctx, issue, neighbours));
    }),
  );

  app.get(feedPath, (c) =>
    answer(c, async () =>
      response(atomFeed(publication, await readPublicEntries(db, feedEntries)), 'application/atom+xml'),
    ),
  );

  for (const path of ['/issues', `/issues/:week{${weekPattern}}`, feedPath])
    app.all(path, methodNotAllowed('GET'));
  return app;
}
