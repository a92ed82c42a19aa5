import { html } from 'hono/html';
import type { PublicIssueLine } from '../../db/queries/issue/public-issues.ts';
import { weekLabel } from '../../domain/issue/week.ts';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { page } from '../layout/page.ts';

/** All issues by year, newest first. */
export function listPage(ctx: PublicContext, issues: readonly PublicIssueLine[]): Html {
  const { name, publicUrl } = ctx.settings.publication;
  const byYear = Map.groupBy(issues, ({ week }) => week.slice(0, 4));
  const description = `Every issue of ${name}.`;
  return page(ctx, {
    title: 'Issues',
    head: html`<link rel="canonical" href="${publicUrl}/issues">
<meta name="description" content="${description}">
<meta property="og:title" content="${name}: every issue">
<meta property="og:description" content="${description}">
<meta property="og:type" content="website">
<meta property="og:url" content="${publicUrl}/issues">`,
    content: html`<h1>Issues</h1>
${issues.length === 0 && html`<p class="lede">The first issue has not gone out yet. <a href="/">Sign up</a> to get it by email.</p>`}
${[...byYear].map(
  ([year, ofYear]) => html`<h2 id="y${year}">${year}</h2>
<ol class="issues" aria-labelledby="y${year}">
${ofYear.map(issueLine)}
</ol>`,
)}`,
  });
}

const issueLine = ({ week, number, subject }: PublicIssueLine) => html`<li>
<p class="label">No. ${number}, ${weekLabel(week)}</p>
<p><a href="/issues/${week}" dir="auto">${subject}</a></p>
</li>`;
