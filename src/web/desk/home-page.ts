import { html } from 'hono/html';
import { weekLabel } from '../../domain/issue/week.ts';
import { localTime } from '../../domain/local-time.ts';
import { commandLine } from '../../domain/refusal.ts';
import type { IssueStatusReport } from '../../pipeline/report/issue-status.ts';
import type { Coming, DeskHome } from '../../pipeline/report/view-issue.ts';
import type { Html } from '../layout/document.ts';
import { comparisonList, leftOutList } from './comparison-list.ts';
import { decisionsSection } from './decisions.ts';
import { facts } from './facts.ts';
import { capitalised, deskPage, type Newsletter, whole } from './page.ts';

export function homePage(newsletter: Newsletter, { coming, unfinished, earlier }: DeskHome): Html {
  return deskPage(
    newsletter.name,
    'The coming issue',
    html`${unfinished.length > 0 && unfinishedIssues(unfinished)}
${coming.kind === 'nothing-new' ? nothingNew(newsletter, coming) : comingIssue(newsletter, coming)}
${earlierIssues(earlier)}`,
  );
}

/** What is being sent, or stopped on the way, comes before what is to come. */
function unfinishedIssues(reports: readonly IssueStatusReport[]): Html {
  return html`<section aria-labelledby="unfinished">
<h2 id="unfinished">Not finished</h2>
<ol class="issues">${reports.map(({ week, number, subject, status, submitted, audience, heldReason }) =>
    issueLine({
      ...{ week, number, subject, status },
      figure: html`${whole(submitted)} of ${whole(audience)} submitted${
        heldReason !== null && html` <span class="note" dir="auto">${heldReason}</span>`
      }`,
    }),
  )}</ol>
</section>`;
}

/** "The coming issue, 30 November – 6 December 2026. Goes out …" */
function comingLabel({ timeZone }: Newsletter, { week, slot }: Coming): Html {
  return html`<p class="label">The coming issue, ${weekLabel(week)}${
    slot === null ? ' · no slot to come' : html` · goes out ${localTime(slot, timeZone)}`
  }</p>`;
}

function comingIssue(newsletter: Newsletter, coming: Extract<Coming, { readonly preview: unknown }>): Html {
  const { week, preview } = coming;
  const { content, preheader, leftOut } = preview;
  return html`<article aria-labelledby="coming">
${comingLabel(newsletter, coming)}
<h1 id="coming" dir="auto"><a href="/issues/${week}">${content.subject}</a></h1>
<p class="lede" dir="auto">${preheader}</p>
${facts(preview)}
<p class="more"><a href="/issues/${week}">See the issue as readers will</a></p>
<h2>In this issue</h2>
${comparisonList(content.comparisons)}
${leftOutList(leftOut)}
${decisionsSection(week, preview.decisions, newsletter.timeZone)}
</article>`;
}

function nothingNew(newsletter: Newsletter, coming: Extract<Coming, { readonly kind: 'nothing-new' }>): Html {
  const { week, leftOut, decisions } = coming;
  return html`<article aria-labelledby="coming">
${comingLabel(newsletter, coming)}
<h1 id="coming">Nothing new this week</h1>
<p class="lede">${
    leftOut.length === 0
      ? 'No comparison is waiting: all those of the last 28 days are in an issue already.'
      : 'Every comparison that is waiting was left out, for the reasons below.'
  }</p>
<p>Import new ones with <code>${commandLine('import FILE')}</code>.</p>
${leftOutList(leftOut)}
${decisionsSection(week, decisions, newsletter.timeZone)}
</article>`;
}

function earlierIssues({ total, newest, wouldReach }: DeskHome['earlier']): Html {
  const figureOf = ({ status, audience, submitted }: DeskHome['earlier']['newest'][number]): Html => {
    if (audience !== null) return html`${whole(submitted)} of ${whole(audience)} submitted`;
    return status === 'cancelled' || status === 'missed'
      ? html`Nobody was mailed`
      : html`Would reach ${whole(wouldReach)}`;
  };
  return html`<section aria-labelledby="earlier">
<h2 id="earlier">Earlier issues</h2>
${
  total === 0
    ? html`<p>There are none yet.</p>`
    : html`<ol class="issues" reversed>${newest.map((issue) => issueLine({ ...issue, figure: figureOf(issue) }))}</ol>`
}
${
  newest.length < total &&
  html`<p class="more"><a href="/?all=1#earlier">Show all ${whole(total)} earlier issues</a></p>`
}
</section>`;
}

interface IssueLine {
  readonly week: string;
  readonly number: number;
  readonly subject: string;
  readonly status: string;
  readonly figure: Html;
}

function issueLine({ week, number, subject, status, figure }: IssueLine): Html {
  return html`<li>
<p class="figure key"><span>${week}</span> <span>No. ${number}</span></p>
<p class="title" dir="auto"><a href="/issues/${week}">${subject}</a></p>
<p class="figure">${capitalised(status)}</p>
<p class="figure end">${figure}</p>
</li>`;
}
