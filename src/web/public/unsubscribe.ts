import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { readerTokenIn } from '../../audience/leave/reader-link.ts';
import { offerTakeBack, takeBackMinutes } from '../../audience/leave/take-back.ts';
import type { Left } from '../../audience/leave/unsubscribe.ts';
import type { PublicContext } from '../context.ts';
import { groupCommit } from '../http/group-commit.ts';
import { noIndex, noStore } from '../http/guards.ts';
import type { Html } from '../layout/document.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { page } from '../layout/page.ts';
import { damagedPage, linkEnd, linkPaths } from './damaged-link.ts';
import { leaving } from './leave.ts';

/** In bytes; that of our own button is empty. */
const longestForm = 1_000;

/** Readers in one commit. */
const maxReaders = 100;

/**
 * Leaving. A GET shows a button. A POST acts at once, whether a person or a mail program sends it (RFC 8058): with
 * any body, without a cookie, from any site, again and again. For a token that is nobody's both say so.
 */
export function unsubscribeRoutes(ctx: PublicContext): Hono {
  const app = new Hono();
  const leave = groupCommit<string, Left>(leaving(ctx), maxReaders);
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
    const left = await leave(token);
    // A mail program shows its answer to nobody, or to somebody who did not ask for a page.
    return c.html(await goodbyePage(ctx, token, left, { isOneClick: await isOneClick(c) }));
  });
  for (const path of linkPaths) app.all(path, methodNotAllowed('GET, POST'));
  return app;
}

/** Of the request of a mail program (RFC 8058); a longer body than ours, or one of unknown length, may be one. */
async function isOneClick(c: Context): Promise<boolean> {
  const length = Number(c.req.header('content-length') ?? 0);
  if (c.req.header('transfer-encoding') !== undefined || !(length <= longestForm)) return true;
  const body = await c.req.text().catch(() => null);
  return body === null || /one-click/i.test(body);
}

export async function goodbyePage(
  ctx: PublicContext,
  token: string,
  left: Left,
  { isOneClick }: { readonly isOneClick: boolean },
): Promise<Html> {
  const offer = isOneClick ? null : await offerTakeBack(ctx, token, left);
  const content = html`<h1>Goodbye</h1>
<p class="lede">You are unsubscribed. An issue that was already on its way may still arrive.</p>
${
  offer === null
    ? html`<p>Was that a mistake? <a href="/#sign-up">Sign up again</a>.</p>`
    : html`<p>Was that a mistake? Within ${takeBackMinutes} minutes you can take it back.</p>
<form method="post" action="/preferences/${token}">
<input type="hidden" name="action" value="return">
<input type="hidden" name="offer" value="${offer}">
<button type="submit" class="secondary">Keep my subscription</button>
</form>`
}`;
  return page(ctx, { title: 'Goodbye', content });
}
