import { Hono } from 'hono';
import { html } from 'hono/html';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { askToBeErased, canReadData, exportData } from '../../audience/data/own-data.ts';
import type { Site } from '../context.ts';
import { onlyTakes } from '../faults.ts';
import { readFields } from '../form.ts';
import { messagePage, page } from '../page.ts';
import { formsFrom, privatePage, smallBody } from './guard.ts';

const schema = z.object({ action: z.enum(['export', 'erase']) });

/** Behind a link that was mailed to the address: take your data, or have it erased. A GET does neither. */
export function ownDataRoutes(site: Site): Hono {
  const { ctx, sheet } = site;
  const app = new Hono();
  app.use(privatePage, formsFrom(sheet.publicUrl), smallBody);

  app.get('/:token', async (c) => {
    if (!(await canReadData(ctx, c.req.param('token')))) return c.html(expiredPage(site), 404);
    return c.html(dataPage(site));
  });
  app.post('/:token', async (c) => {
    const input = schema.safeParse(await readFields(c));
    if (!input.success) throw new HTTPException(400);
    const token = c.req.param('token');
    if (input.data.action === 'erase')
      return (await askToBeErased(ctx, token)) ? c.html(erasedPage(site)) : c.html(expiredPage(site), 404);
    const data = await exportData(ctx, token);
    if (data === null) return c.html(expiredPage(site), 404);
    c.header('Content-Disposition', 'attachment; filename="my-data.json"');
    c.header('Content-Type', 'application/json; charset=utf-8');
    return c.body(`${JSON.stringify(data, null, 2)}\n`);
  });
  app.all('/:token', onlyTakes('GET, POST'));
  return app;
}

function dataPage({ sheet }: Site) {
  const content = html`<h1>Your data</h1>
<p class="lede">Everything that is kept about your address.</p>
<form method="post"><input type="hidden" name="action" value="export"><button type="submit">Download it</button></form>
<h2>Erase me</h2>
<p>Ends your subscription and takes your address out of everything we keep. What stays is a fingerprint that cannot be turned back into it, so that no imported list brings you back. This cannot be undone.</p>
<form method="post"><input type="hidden" name="action" value="erase"><button type="submit" class="secondary">Erase everything about me</button></form>`;
  return page(sheet, { title: 'Your data', content });
}

function erasedPage({ sheet }: Site) {
  const content = html`<h1>You are being erased</h1>
<p class="lede">You are unsubscribed from now on. Your address is taken out within a minute, or, while an issue is on its way, as soon as that is through.</p>`;
  return page(sheet, { title: 'You are being erased', content });
}

function expiredPage({ sheet }: Site) {
  const text =
    'Links to your data open for 24 hours. Ask for a new one on the page of preferences, which every issue links to.';
  return messagePage(sheet, { title: 'This link has expired', text });
}
