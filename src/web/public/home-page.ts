import { html } from 'hono/html';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { page } from '../layout/page.ts';
import type { LatestIssue } from './latest-issue.ts';
import { emailForm } from './sign-up-form.ts';

const summary =
  'Two AI tools, side by side: who ships, who skips, and what it costs. One email with every new comparison.';

/** What the newsletter is, how to get it, and its latest issue. */
export function homePage(ctx: PublicContext, latest: LatestIssue | null): Html {
  const { name, publicUrl } = ctx.settings.publication;
  return page(ctx, {
    head: html`<meta name="description" content="${summary}">
<meta property="og:title" content="${name}">
<meta property="og:description" content="${summary}">
<meta property="og:type" content="website">
<meta property="og:url" content="${publicUrl}/">`,
    content: html`<h1>Two tools, one verdict</h1>
<p class="lede">${summary}</p>
${emailForm(ctx)}
${
  latest !== null &&
  html`<h2>Latest issue</h2>
<p class="latest" dir="auto"><a href="/issues/${latest.week}">${latest.subject}</a></p>`
}`,
  });
}
