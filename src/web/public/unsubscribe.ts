import { Hono } from 'hono';
import { html } from 'hono/html';
import { readerTokenIn } from '../../audience/leave/reader-link.ts';
import type { PublicContext } from '../context.ts';
import { groupCommit } from '../http/group-commit.ts';
import { noIndex, noStore } from '../http/guards.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { page } from '../layout/page.ts';
import { damagedPage, linkEnd, linkPaths } from './damaged-link.ts';
import { leaving } from './leave.ts';

/** Readers in one commit. */
const maxReaders = 100;

/**
 * Leaving. A GET shows a button. A POST acts at once, whether a person or a mail program sends it (RFC 8058): with
 * any body, without a cookie, from any site, again and again. For a token that is nobody's both say so.
 */
export function unsubscribeRoutes(ctx: PublicContext): Hono {
  const app = new Hono();
  const leave = groupCommit<string>(leaving(ctx), maxReaders);
  app.use(noStore, noIndex);

  app.on('GET', linkPaths, async (c) => {
    const token = await readerTokenIn(ctx, linkEnd(c));
    if (token === null) return c.html(damagedPage(ctx, 'Nothing has changed: nobody was unsubscribed.'), 404);
    const content = html`<h1>Leave ${ctx.settings.publication.name}?</h1>
<p class="lede">Press the button, and you will get no more issues.</p>
<form method="post" action="/u/${token}"><button type="submit">Unsubscribe</button></form>
<p>Just need a break? You can <a href="/preferences/${token}">pause for four weeks</a> instead.</p>`;
    return c.html(page(ctx, { title: 'Unsubscribe', content }));
  });
  app.on('POST', linkPaths, async (c) => {
    const token = await readerTokenIn(ctx, linkEnd(c));
    if (token === null) return c.html(damagedPage(ctx, 'Nothing has changed: nobody was unsubscribed.'), 404);
    await leave(token);
    return c.html(goodbyePage(ctx));
  });
  for (const path of linkPaths) app.all(path, methodNotAllowed('GET, POST'));
  return app;
}

export function goodbyePage(ctx: PublicContext) {
  const content = html`<h1>Goodbye</h1>
<p class="lede">You are unsubscribed. An issue that was already on its way may still arrive.</p>
<p>Was that a mistake? <a href="/#sign-up">Sign up again</a>.</p>`;
  return page(ctx, { title: 'Goodbye', content });
}
