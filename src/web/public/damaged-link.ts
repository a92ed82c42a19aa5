import type { Context } from 'hono';
import { html } from 'hono/html';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { page } from '../layout/page.ts';
import { emailForm } from './sign-up-form.ts';

/** Whatever follows the start of a link, be it empty or with slashes: a link that was damaged arrives as well. */
export const linkPaths = ['/', '/:end{[\\s\\S]*}'];

export const linkEnd = (c: Context) => c.req.param('end') ?? '';

/** For a link that is nobody's: it says so, changes nothing, and offers to mail fresh links. */
export function damagedPage(ctx: PublicContext, nothingHappened: string): Html {
  const content = html`<h1>This link is damaged</h1>
<p class="lede">Part of it is missing or was changed on the way, so we cannot tell whose it is. ${nothingHappened}</p>
<p>Please open it from the email again. If that does not help, type the address that you subscribed with: if we know it, we mail fresh links to it.</p>
${emailForm(ctx, { purpose: 'link' })}
<p class="small">If we erased your data at your request, none of your links works any more, and you get no issues.</p>`;
  return page(ctx, { title: 'This link is damaged', content });
}
