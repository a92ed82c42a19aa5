import { html } from 'hono/html';
import type { Site } from '../context.ts';
import { type Html, page } from '../page.ts';
import { signUpForm } from './sign-up-form.ts';

export interface LatestIssue {
  readonly week: string;
  readonly subject: string;
}

const promise =
  'Two AI tools, side by side: who ships, who skips, and what it costs. One email with every new comparison.';

/** What the newsletter is, how to get it, and its latest issue. */
export function homePage(site: Site, latest: LatestIssue | null): Html {
  const { sheet } = site;
  return page(sheet, {
    head: html`<meta name="description" content="${promise}">
<meta property="og:title" content="${sheet.name}">
<meta property="og:description" content="${promise}">
<meta property="og:type" content="website">
<meta property="og:url" content="${sheet.publicUrl}/">`,
    content: html`<h1>Two tools, one verdict, every week</h1>
<p class="lede">${promise}</p>
${signUpForm(site)}
${
  latest !== null &&
  html`<h2>Latest issue</h2>
<p class="latest" dir="auto"><a href="/issues/${latest.week}">${latest.subject}</a></p>`
}`,
  });
}
