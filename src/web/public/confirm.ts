import { Hono } from 'hono';
import { html } from 'hono/html';
import { canConfirm, confirm } from '../../audience/sign-up/confirm.ts';
import { readLatestIssue } from '../../db/queries/issue/public-issues.ts';
import type { Site } from '../context.ts';
import { onlyTakes } from '../faults.ts';
import { type Html, page } from '../page.ts';
import { formsFrom, privatePage } from './guard.ts';
import { signUpForm } from './sign-up-form.ts';

/** Scanners open every link, some run its scripts: a GET only shows a button, and nothing presses it but a person. */
export function confirmRoutes(site: Site): Hono {
  const { ctx, sheet } = site;
  const app = new Hono();
  app.use(privatePage, formsFrom(sheet.publicUrl));

  app.get('/:token', async (c) => {
    if (!(await canConfirm(ctx, c.req.param('token')))) return c.html(expired(site), 404);
    const content = html`<h1>One press, and you are in</h1>
<p class="lede">${sheet.name} comes once a week. Every issue has a link to leave.</p>
<form method="post"><button type="submit">Confirm my subscription</button></form>
<p class="small">It was not you who signed up? Close this page; without the press nothing is sent.</p>`;
    return c.html(page(sheet, { title: 'Confirm', content }));
  });
  app.post('/:token', async (c) => {
    if (!(await confirm(ctx, c.req.param('token')))) return c.html(expired(site), 404);
    const latest = await readLatestIssue(ctx.db);
    const content = html`<h1>Welcome, you are in</h1>
<p class="lede">The next issue of ${sheet.name} comes to your inbox.</p>
${
  latest !== null &&
  html`<p>Until then, the latest one: <a href="/issues/${latest.week}" dir="auto">${latest.subject}</a></p>`
}`;
    return c.html(page(sheet, { title: 'Welcome', content }));
  });
  app.all('/:token', onlyTakes('GET, POST'));
  return app;
}

function expired(site: Site): Html {
  const content = html`<h1>This link has expired</h1>
<p class="lede">Links to confirm open for seven days. Sign up once more, and a new one is on its way.</p>
${signUpForm(site)}`;
  return page(site.sheet, { title: 'This link has expired', content });
}
