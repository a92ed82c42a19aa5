import { html } from 'hono/html';
import { weekLabel } from '../../domain/issue/week.ts';
import { commandLine } from '../../domain/refusal.ts';
import type { IssueStatusReport } from '../../pipeline/report/issue-status.ts';
import type { Coming } from '../../pipeline/report/view-issue.ts';
import type { Html } from '../layout/document.ts';
import { comparisonList, leftOutList } from './comparison-list.ts';
import { facts } from './facts.ts';
import { capitalised, deskPage, whole } from './page.ts';

export interface Earlier {
  readonly total: number;
  readonly newest: readonly IssueStatusReport[];
}

export function homePage(newsletter: string, coming: Coming, earlier: Earlier): Html {
  return deskPage(
    newsletter,
    'The coming issue',
    html`${coming.kind === 'nothing-new' ? nothingNew(coming) : comingIssue(coming)}
${earlierIssues(earlier)}`,
  );
}

function comingIssue({ kind, week, preview }: Extract<Coming, { readonly preview: unknown }>): Html {
  const { content, preheader, leftOut } = preview;
  const label = kind === 'stored' ? 'This week’s issue' : 'The coming issue';
  return html`<article aria-labelledby="coming">
<p class="label">${label}, ${weekLabel(week)}</p>
<h1 id="coming" dir="auto"><a href="/issues/${week}">${content.subject}</a></h1>
<p class="lede" dir="auto">${preheader}</p>
${facts(preview)}
<p class="more"><a href="/issues/${week}">See the issue as readers will</a></p>
<h2>In this issue</h2>
${comparisonList(content.comparisons)}
${leftOutList(leftOut)}
</article>`;
}

function nothingNew({ week, leftOut }: Extract<Coming, { readonly kind: 'nothing-new' }>): Html {
  return html`<article aria-labelledby="coming">
<p class="label">The coming issue, ${weekLabel(week)}</p>
<h1 id="coming">Nothing new this week</h1>
<p class="lede">${
    leftOut.length === 0
      ? 'No comparison is waiting: all those of the last 28 days are in an issue already.'
      : 'Every comparison that is waiting was left out, for the reasons below.'
  }</p>
<p>Import new ones with <code>${commandLine('import FILE')}</code>.</p>
${leftOutList(leftOut)}
</article>`;
}

function earlierIssues({ total, newest }: Earlier): Html {
  return html`<section aria-labelledby="earlier">
<h2 id="earlier">Earlier issues</h2>
${total === 0 ? html`<p>There are none yet.</p>` : html`<ol class="issues" reversed>${newest.map(issueLine)}</ol>`}
${
  newest.length < total &&
  html`<p class="more"><a href="/?all=1#earlier">Show all ${whole(total)} earlier issues</a></p>`
}
</section>`;
}

function issueLine(report: IssueStatusReport): Html {
  const { week, number, subject, status, submitted, audience, wouldReach } = report;
  return html`<li>
<p class="figure key"><span>${week}</span> <span>No. ${number}</span></p>
<p class="title" dir="auto"><a href="/issues/${week}">${subject}</a></p>
<p class="figure">${capitalised(status)}</p>
<p class="figure end">${
    wouldReach === null
      ? html`${whole(submitted)} of ${whole(audience)} submitted`
      : html`Would reach ${whole(wouldReach)}`
  }</p>
</li>`;
}
