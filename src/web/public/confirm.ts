import { Hono } from 'hono';
import { html } from 'hono/html';
import { canConfirm, confirm } from '../../audience/sign-up/confirm.ts';
import { readLatestIssue } from '../../db/queries/issue/public-issues.ts';
import type { PublicContext } from '../context.ts';
import { formsFrom, noIndex, noStore } from '../http/guards.ts';
import type { Html } from '../layout/document.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { page } from '../layout/page.ts';
import { signUpForm } from './sign-up-form.ts';

/** Mail scanners open every link, and some run its scripts: a GET only shows a button, which only a person presses. */
export function confirmRoutes(ctx: PublicContext): Hono {
  const { name, publicUrl } = ctx.settings.publication;
  const app = new Hono();
  app.use(noStore, noIndex, formsFrom(publicUrl));

  app.get('/:token', async (c) => {
    if (!(await canConfirm(ctx, c.req.param('token')))) return c.html(expiredPage(ctx), 404);
    const content = html`<h1>One more click</h1>
<p class="lede">Confirm that you want ${name} once a week. You can unsubscribe from any issue.</p>
<form method="post"><button type="submit">Confirm my subscription</button></form>
<p class="small">You did not sign up? Then close this page, and you will not get the newsletter.</p>`;
    return c.html(page(ctx, { title: 'Confirm', content }));
  });
  app.post('/:token', async (c) => {
    if (!(await confirm(ctx, c.req.param('token')))) return c.html(expiredPage(ctx), 404);
    const latest = await readLatestIssue(ctx.db);
    const content = html`<h1>Welcome, you are in</h1>
<p class="lede">You will get the next issue of ${name} by email.</p>
${
  latest !== null &&
  html`<p>Until then, here is the latest one: <a href="/issues/${latest.week}" dir="auto">${latest.subject}</a></p>`
}`;
    return c.html(page(ctx, { title: 'Welcome', content }));
  });
  app.all('/:token', methodNotAllowed('GET, POST'));
  return app;
}

function expiredPage(ctx: PublicContext): Html {
  const content = html`<h1>This link has expired</h1>
<p class="lede">A confirmation link works for seven days. Please sign up again, and we will send you a new one.</p>
${signUpForm(ctx)}`;
  return page(ctx, { title: 'This link has expired', content });
}
