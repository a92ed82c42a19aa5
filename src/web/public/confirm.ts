import { Hono } from 'hono';
import { html } from 'hono/html';
import { type ConfirmLink, confirm, readConfirmLink } from '../../audience/sign-up/confirm.ts';
import { readLatestIssue } from '../../db/queries/issue/public-issues.ts';
import type { PublicContext } from '../context.ts';
import { formsFrom, noIndex, noStore } from '../http/guards.ts';
import type { Html } from '../layout/document.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { page } from '../layout/page.ts';
import { linkEnd, linkPaths } from './damaged-link.ts';
import { latestIssueLink } from './latest-issue.ts';
import { refusedText } from './refused-text.ts';
import { emailForm } from './sign-up-form.ts';

/** Mail scanners open every link, and some run its scripts: a GET only shows a button, which only a person presses. */
export function confirmRoutes(ctx: PublicContext): Hono {
  const { name, publicUrl } = ctx.settings.publication;
  const app = new Hono();
  app.use(noStore, noIndex, formsFrom(publicUrl));

  app.on('GET', linkPaths, async (c) => {
    const link = await readConfirmLink(ctx, linkEnd(c));
    if (link.kind !== 'open') return c.html(await linkPage(ctx, link), statusOf(link));
    const content = html`<h1>One more click</h1>
<p class="lede">Confirm that you want ${name}. You can unsubscribe from any issue.</p>
<form method="post"><button type="submit">Confirm my subscription</button></form>
<p class="small">You did not sign up? Then close this page, and you will not get the newsletter.</p>`;
    return c.html(page(ctx, { title: 'Confirm', content }));
  });
  app.on('POST', linkPaths, async (c) => {
    const link = await confirm(ctx, linkEnd(c));
    return c.html(await linkPage(ctx, link), statusOf(link));
  });
  for (const path of linkPaths) app.all(path, methodNotAllowed('GET, POST'));
  return app;
}

const statusOf = ({ kind }: ConfirmLink) => (kind === 'expired' || kind === 'unknown' ? 404 : 200);

/** What a link that need not or cannot be pressed any more has come to, and what to do. */
async function linkPage(ctx: PublicContext, link: ConfirmLink): Promise<Html> {
  const { name } = ctx.settings.publication;
  switch (link.kind) {
    case 'open':
    case 'confirmed':
      return page(ctx, {
        title: 'Welcome',
        content: html`<h1>Welcome, you are in</h1>
<p class="lede">You will get the next issue of ${name} by email.</p>
${latestIssueLink('Until then, here is the latest one:', await readLatestIssue(ctx.db))}`,
      });
    case 'left':
      return signUpAgain(
        ctx,
        'This link was used',
        'You have left since. Sign up again if you want to come back.',
      );
    case 'refused':
      return refusedText[link.reason].signUpHelps
        ? signUpAgain(ctx, 'Mail to this address was refused', refusedText[link.reason].text)
        : page(ctx, {
            title: 'Mail to this address was refused',
            content: html`<h1>Mail to this address was refused</h1>
<p class="lede">${refusedText[link.reason].text}</p>`,
          });
    case 'expired':
      return signUpAgain(
        ctx,
        'This link has expired',
        'A confirmation link works for seven days. Please sign up again.',
      );
    case 'unknown':
      return signUpAgain(
        ctx,
        'This link is damaged',
        'Part of it is missing or was changed on the way, or it is so old that we no longer know it. Nothing was confirmed. Please open it from the email again. If that does not help, sign up once more.',
      );
  }
}

function signUpAgain(ctx: PublicContext, title: string, text: string): Html {
  const content = html`<h1>${title}</h1>
<p class="lede">${text}</p>
${emailForm(ctx)}`;
  return page(ctx, { title, content });
}
