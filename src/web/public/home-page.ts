import { html } from 'hono/html';
import { type Html, page, type Sheet } from './page.ts';

export interface LatestIssue {
  readonly week: string;
  readonly subject: string;
}

/** What the newsletter is, and its latest issue. */
export function homePage(sheet: Sheet, latest: LatestIssue | null): Html {
  return page(sheet, {
    head: html`<meta name="description" content="${promise}">
<meta property="og:title" content="${sheet.name}">
<meta property="og:description" content="${promise}">
<meta property="og:type" content="website">
<meta property="og:url" content="${sheet.publicUrl}/">`,
    content: html`<h1 dir="auto">${sheet.name}</h1>
<p class="lede">${promise}</p>
${
  latest !== null &&
  html`<h2>Latest issue</h2>
<p dir="auto"><a href="/issues/${latest.week}">${latest.subject}</a></p>`
}`,
  });
}

const promise =
  'Two AI tools, side by side: who ships, who skips, and what it costs. One email a week with every new comparison.';
