import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import {
  type DataLinkState,
  exportData,
  readDataLink,
  requestErasureByLink,
} from '../../audience/data/data-link.ts';
import type { PublicContext } from '../context.ts';
import { formsFrom, noIndex, noStore, smallBody } from '../http/guards.ts';
import { readFields } from '../http/request-fields.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { messagePage, page } from '../layout/page.ts';
import { damagedPage, linkEnd, linkPaths } from './damaged-link.ts';

const schema = z.object({ action: z.enum(['export', 'erase']) });

/** Behind a link mailed to the address: download your data, or have it erased. A GET does neither. */
export function dataRoutes(ctx: PublicContext): Hono {
  const app = new Hono();
  app.use(noStore, noIndex, formsFrom(ctx.settings.publication.publicUrl), smallBody);

  const uselessLink = async (c: Context) =>
    c.html(uselessPage(ctx, await readDataLink(ctx, linkEnd(c))), 404);
  app.on('GET', linkPaths, async (c) =>
    (await readDataLink(ctx, linkEnd(c))) === 'open' ? c.html(dataPage(ctx)) : uselessLink(c),
  );
  app.on('POST', linkPaths, async (c) => {
    const input = schema.safeParse(await readFields(c));
    if (!input.success) throw new HTTPException(400);
    if (input.data.action === 'erase')
      return (await requestErasureByLink(ctx, linkEnd(c))) ? c.html(erasedPage(ctx)) : uselessLink(c);
    const data = await exportData(ctx, linkEnd(c));
    if (data === null) return uselessLink(c);
    c.header('Content-Disposition', 'attachment; filename="my-data.json"');
    c.header('Content-Type', 'application/json; charset=utf-8');
    return c.body(`${JSON.stringify(data, null, 2)}\n`);
  });
  for (const path of linkPaths) app.all(path, methodNotAllowed('GET, POST'));
  return app;
}

function dataPage(ctx: PublicContext) {
  const content = html`<h1>Your data</h1>
<p class="lede">Download everything we store about your address.</p>
<form method="post"><input type="hidden" name="action" value="export"><button type="submit">Download it</button></form>
<h2>Erase me</h2>
<p>This ends your subscription and deletes your address from our database. All that stays is a fingerprint that cannot be turned back into your address. It makes sure that no imported list adds you again. This cannot be undone.</p>
<form method="post"><input type="hidden" name="action" value="erase"><button type="submit" class="secondary">Erase everything about me</button></form>`;
  return page(ctx, { title: 'Your data', content });
}

function erasedPage(ctx: PublicContext) {
  const content = html`<h1>We are erasing your data</h1>
<p class="lede">You are unsubscribed as of now. We will delete your address within a minute. If an issue is being sent to you right now, we delete it as soon as that is done.</p>`;
  return page(ctx, { title: 'We are erasing your data', content });
}

function uselessPage(ctx: PublicContext, state: DataLinkState) {
  if (state !== 'expired')
    return damagedPage(ctx, 'Or it is so old that we no longer know it. Nothing was shown or changed.');
  const text =
    'A link to your data works for 24 hours. You can ask for a new one on your preferences page, which every issue links to.';
  return messagePage(ctx, { title: 'This link has expired', text });
}
