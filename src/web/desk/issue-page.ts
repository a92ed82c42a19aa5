import { html } from 'hono/html';
import { weekLabel } from '../../domain/issue/week.ts';
import type { IssuePreview } from '../../pipeline/report/view-issue.ts';
import type { Html } from '../layout/document.ts';
import { leftOutList } from './comparison-list.ts';
import { decisionsSection } from './decisions.ts';
import { facts } from './facts.ts';
import { findingsSection } from './findings.ts';
import { type Choice, framesSection } from './frames.ts';
import { ledgerSection } from './ledger.ts';
import { deskPage, type Newsletter } from './page.ts';

/** One issue: what it says, what the check found, its ledger, what was decided about it, and how it looks. */
export function issuePage(newsletter: Newsletter, preview: IssuePreview, choice: Choice): Html {
  const { content, preheader, email, leftOut } = preview;
  const { week } = content;
  return deskPage(
    newsletter.name,
    email.subject,
    html`<article aria-labelledby="subject">
<p class="label">No. ${content.number}, ${weekLabel(week)}</p>
<h1 id="subject" dir="auto">${email.subject}</h1>
<p class="lede" dir="auto">${preheader}</p>
${facts(preview)}
<div class="columns">
${findingsSection(preview)}
${ledgerSection(preview)}
</div>
${decisionsSection(week, preview.decisions, newsletter.timeZone)}
${leftOutList(leftOut)}
${framesSection(week, choice)}
<section aria-labelledby="text">
<h2 id="text">Text part</h2>
<p>For readers whose mail program shows no html. <a href="/text/${week}">Raw text</a>, <a href="/frame/${week}">raw html</a>.</p>
<pre dir="auto" tabindex="0" role="region" aria-labelledby="text">${email.text}</pre>
</section>
</article>`,
  );
}
