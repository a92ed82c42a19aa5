import { html } from 'hono/html';
import type { PublicEntry, PublicIssueLine } from '../../db/queries/issue/public-issues.ts';
import { issueUrl } from '../../domain/issue/publication.ts';
import { weekLabel } from '../../domain/issue/week.ts';
import { type Html, page, type Sheet } from '../page.ts';
import { verdictList } from './verdict-list.ts';

interface Neighbours {
  readonly earlier: PublicIssueLine | null;
  readonly later: PublicIssueLine | null;
}

/** One issue: its verdicts in a line each, then itself as it was sent, in a frame of its own policy. */
export function issuePage(sheet: Sheet, issue: PublicEntry, neighbours: Neighbours): Html {
  const { week, number, subject, preheader, content } = issue;
  return page(sheet, {
    title: subject,
    head: openGraph(sheet, issue),
    content: html`<article aria-labelledby="subject">
<p class="label">No. ${number}, ${weekLabel(week)}</p>
<h1 id="subject" dir="auto">${subject}</h1>
<p class="lede" dir="auto">${preheader}</p>
<section aria-labelledby="verdicts">
<h2 id="verdicts">In this issue</h2>
${verdictList(content.comparisons)}
</section>
<section aria-labelledby="sent">
<h2 id="sent">As it was sent</h2>
<p class="small"><a href="/issues/${week}/frame">On a page of its own</a> <a href="/issues/${week}.txt">As plain text</a></p>
<iframe class="issue" src="/issues/${week}/frame" title="${subject}" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>
</section>
</article>
<nav class="neighbours" aria-label="Other issues">
${neighbour('Earlier', neighbours.earlier)}
${neighbour('Later', neighbours.later)}
</nav>
<p><a href="/">Get the next issue by mail</a></p>`,
  });
}

const neighbour = (word: string, issue: PublicIssueLine | null) =>
  issue !== null &&
  html`<p><span class="label">${word}</span> <a href="/issues/${issue.week}" dir="auto">${issue.subject}</a></p>`;

/** https://ogp.me, for whoever shows a link as a card. */
function openGraph({ name, publicUrl }: Sheet, { week, subject, preheader, frozenAt }: PublicEntry): Html {
  const url = issueUrl(publicUrl, week);
  return html`<link rel="canonical" href="${url}">
<link rel="alternate" type="text/plain" href="${url}.txt" title="Plain text">
<meta name="description" content="${preheader}">
<meta property="og:site_name" content="${name}">
<meta property="og:title" content="${subject}">
<meta property="og:description" content="${preheader}">
<meta property="og:type" content="article">
<meta property="og:url" content="${url}">
<meta property="article:published_time" content="${frozenAt?.toISOString() ?? ''}">`;
}
