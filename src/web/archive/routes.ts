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
import { readPublicIssue } from '../../pipeline/report/public-issue.ts';
import type { Site } from '../context.ts';
import { onlyTakes } from '../faults.ts';
import type { Html } from '../page.ts';
import { atomFeed } from './feed.ts';
import { issuePage } from './issue-page.ts';
import { keptUntilChanged } from './kept.ts';
import { listPage } from './list-page.ts';

const weekPattern = '[0-9]{4}-W[0-9]{2}';

/** Readers of feeds keep what they have seen; the archive has the rest. */
const feedEntries = 20;

/** For a minute without asking; then the ETag tells whether anything is new. */
const cacheControl = 'public, max-age=60';

/** Links open beside the page: nothing in the frame may lead the page itself away. */
const frameHead = '<base target="_blank">';

/** An answer as it leaves, hashed once and not at each request. */
interface Made {
  readonly body: Buffer<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

function made(text: string, type: string): Made {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type: `${type}; charset=utf-8`, etag };
}

const page = async (markup: Html) => made(String(await markup), 'text/html');

/**
 * The archive: every issue from the moment it is frozen, as pages, as it was sent, as text and as an Atom feed
 * (RFC 4287). The same for everybody, so that any cache may keep it.
 */
export function archiveRoutes({ ctx, sheet }: Site): Hono {
  const { db } = ctx;
  const app = new Hono();
  const kept = keptUntilChanged(() => readArchiveVersion(db));
  const answer = async (c: Context, make: () => Promise<Made | null>, headers = {}) => {
    const found = await kept(c.req.path, make);
    if (found === null) return c.notFound();
    const { body, type, etag } = found;
    return c.body(body, 200, { 'Content-Type': type, 'Cache-Control': cacheControl, ETag: etag, ...headers });
  };
  for (const path of ['/issues', '/issues/*', feedPath]) app.use(path, etag());

  app.get('/issues', (c) => answer(c, async () => page(listPage(sheet, await readPublicIssues(db)))));

  app.get(`/issues/:file{${weekPattern}\\.txt}`, (c) =>
    answer(c, async () => {
      const issue = await readPublicIssue(ctx, c.req.param('file').slice(0, -'.txt'.length));
      return issue && made(issue.text, 'text/plain');
    }),
  );

  app.get(`/issues/:week{${weekPattern}}/frame`, (c) => {
    const week = c.req.param('week');
    const asSent = async () => {
      const issue = await readPublicIssue(ctx, week);
      return (
        issue &&
        made(
          issue.html.replace(/<\/head>/i, () => `${frameHead}</head>`),
          'text/html',
        )
      );
    };
    // The page is what search engines should name.
    return answer(c, asSent, { Link: `<${issueUrl(sheet.publicUrl, week)}>; rel="canonical"` });
  });

  app.get(`/issues/:week{${weekPattern}}`, (c) =>
    answer(c, async () => {
      const week = c.req.param('week');
      const [issue, neighbours] = await Promise.all([readPublicEntry(db, week), readNeighbours(db, week)]);
      return issue && page(issuePage(sheet, issue, neighbours));
    }),
  );

  app.get(feedPath, (c) =>
    answer(c, async () =>
      made(atomFeed(sheet, await readPublicEntries(db, feedEntries)), 'application/atom+xml'),
    ),
  );

  for (const path of ['/issues', `/issues/:week{${weekPattern}}`, feedPath]) app.all(path, onlyTakes('GET'));
  return app;
}
