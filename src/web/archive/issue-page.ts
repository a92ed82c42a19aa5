import { html } from 'hono/html';
import type { PublicEntry, PublicIssueLine } from '../../db/queries/issue/public-issues.ts';
import type { Comparison } from '../../domain/comparison/comparison.ts';
import { verdictHeadline } from '../../domain/comparison/verdict.ts';
import { issueUrl, type Publication } from '../../domain/issue/publication.ts';
import { weekLabel } from '../../domain/issue/week.ts';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { page } from '../layout/page.ts';

interface Neighbours {
  readonly earlier: PublicIssueLine | null;
  readonly later: PublicIssueLine | null;
}

/** One issue: a line for each verdict, then the mail as it was sent, in a frame with its own security policy. */
export function issuePage(ctx: PublicContext, issue: PublicEntry, neighbours: Neighbours): Html {
  const { week, number, subject, preheader, content } = issue;
  return page(ctx, {
    title: subject,
    head: openGraph(ctx.settings.publication, issue),
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
<p class="small"><a href="/issues/${week}/frame">Open on its own page</a> <a href="/issues/${week}.txt">Plain text</a></p>
<iframe class="issue" src="/issues/${week}/frame" title="${subject}" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>
</section>
</article>
<nav class="neighbours" aria-label="Other issues">
${neighbour('Earlier', neighbours.earlier)}
${neighbour('Later', neighbours.later)}
</nav>
<p><a href="/">Get the next issue by email</a></p>`,
  });
}

const neighbour = (word: string, issue: PublicIssueLine | null) =>
  issue !== null &&
  html`<p><span class="label">${word}</span> <a href="/issues/${issue.week}" dir="auto">${issue.subject}</a></p>`;

/** A line for each comparison: its verdict, then the two tools. */
export const verdictList = (comparisons: readonly Comparison[]): Html =>
  html`<ul class="verdicts">${comparisons.map((comparison) => {
    const [a, b] = comparison.tools;
    return html`<li><b><bdi>${verdictHeadline(comparison)}</bdi></b> <a href="${comparison.url}"><bdi>${a.name}</bdi> vs <bdi>${b.name}</bdi></a></li>`;
  })}</ul>`;

/** For sites that show a link as a card (https://ogp.me). */
function openGraph(
  { name, publicUrl }: Publication,
  { week, subject, preheader, frozenAt }: PublicEntry,
): Html {
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
