import { html } from 'hono/html';
import type { PublicIssueLine } from '../../db/queries/issue/public-issues.ts';
import { weekLabel } from '../../domain/issue/week.ts';
import { type Html, page, type Sheet } from '../page.ts';

/** Every issue, newest first, under its year. */
export function listPage(sheet: Sheet, issues: readonly PublicIssueLine[]): Html {
  const byYear = Map.groupBy(issues, ({ week }) => week.slice(0, 4));
  const description = `Every issue of ${sheet.name}.`;
  return page(sheet, {
    title: 'Issues',
    head: html`<link rel="canonical" href="${sheet.publicUrl}/issues">
<meta name="description" content="${description}">
<meta property="og:title" content="${sheet.name}: every issue">
<meta property="og:description" content="${description}">
<meta property="og:type" content="website">
<meta property="og:url" content="${sheet.publicUrl}/issues">`,
    content: html`<h1>Issues</h1>
${issues.length === 0 && html`<p class="lede">The first issue has not gone out yet. <a href="/">Sign up</a>, and it comes to you.</p>`}
${[...byYear].map(
  ([year, ofYear]) => html`<h2 id="y${year}">${year}</h2>
<ol class="issues" aria-labelledby="y${year}">
${ofYear.map(listed)}
</ol>`,
)}`,
  });
}

const listed = ({ week, number, subject }: PublicIssueLine) => html`<li>
<p class="label">No. ${number}, ${weekLabel(week)}</p>
<p><a href="/issues/${week}" dir="auto">${subject}</a></p>
</li>`;
