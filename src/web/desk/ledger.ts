import { html } from 'hono/html';
import type { IssueStatusReport } from '../../pipeline/report/issue-status.ts';
import type { IssuePreview } from '../../pipeline/report/view-issue.ts';
import type { Html } from '../layout/document.ts';
import { capitalised, count, whole } from './page.ts';

const parts = {
  submitted: 'accepted by the mail provider',
  skipped: 'unsubscribed or suppressed since the freeze',
  rejected: 'refused by the mail provider',
  cancelled: 'never sent',
  unknown: 'the provider never answered; a person must decide',
  held: 'waiting for a person',
  pending: 'not sent or not answered yet',
} as const satisfies Partial<Record<keyof IssueStatusReport, string>>;

/** Everyone is accounted for: the parts add up to the audience, or the page says that they do not. */
export function ledgerSection({ report, wouldReach }: IssuePreview): Html {
  return html`<section aria-labelledby="ledger">
<h2 id="ledger">Ledger</h2>
${report === null || wouldReach !== null ? beforeFreeze(wouldReach ?? 0) : ledger(report)}
</section>`;
}

const beforeFreeze = (readers: number) => html`<p>The ledger starts when the issue is frozen for sending.
Right now it would go to ${readers === 0 ? 'nobody' : count(readers, 'reader')}.</p>`;

function ledger(report: IssueStatusReport): Html {
  const { audience, balances, delivered, bounced, complained } = report;
  const names = Object.keys(parts) as (keyof typeof parts)[];
  return html`<table class="ledger">
<thead><tr><th scope="col">Readers</th><th scope="col" class="number">Number</th></tr></thead>
<tbody>${names.map(
    (name) =>
      html`<tr${report[name] === 0 && html` class="none"`}><th scope="row">${capitalised(name)} <span class="note">${parts[name]}</span></th><td class="number">${whole(report[name])}</td></tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">Audience <span class="note">as it was frozen</span></th><td class="number">${whole(audience)}</td></tr></tfoot>
</table>
<p>${
    balances
      ? html`<strong class="good">It balances.</strong> Everyone is accounted for.`
      : html`<strong class="bad">It does not balance.</strong> The parts do not add up to the audience; find out why before you send any more.`
  }</p>
<p>Reported so far: ${whole(delivered)} delivered, ${whole(bounced)} bounced, ${whole(complained)} complained.</p>`;
}
