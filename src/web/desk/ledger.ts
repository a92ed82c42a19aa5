import { html } from 'hono/html';
import type { IssueStatusReport } from '../../pipeline/report/issue-status.ts';
import type { IssuePreview } from '../../pipeline/report/preview-issue.ts';
import { capitalised, count, type Html, whole } from './format.ts';

const parts = {
  submitted: 'accepted by the mail provider',
  skipped: 'left or suppressed since the freeze',
  rejected: 'refused by the provider',
  cancelled: 'never posted',
  unknown: 'no answer came; a person resolves it',
  held: 'wait for a person',
  pending: 'not posted or not answered yet',
} as const satisfies Partial<Record<keyof IssueStatusReport, string>>;

/** Everyone accounted for: the parts add up to the audience, or the page says that they do not. */
export function ledgerSection({ report, wouldReach }: IssuePreview): Html {
  return html`<section aria-labelledby="ledger">
<h2 id="ledger">Ledger</h2>
${report === null || wouldReach !== null ? beforeFreeze(wouldReach ?? 0) : ledger(report)}
</section>`;
}

const beforeFreeze = (readers: number) => html`<p>It starts when the issue is frozen for sending.
As things stand it would go to ${readers === 0 ? 'nobody' : count(readers, 'reader')}.</p>`;

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
      : html`<strong class="bad">It does not balance.</strong> The parts do not add up to the audience; stop and look before sending on.`
  }</p>
<p>Reported since: ${whole(delivered)} delivered, ${whole(bounced)} bounced, ${whole(complained)} complained.</p>`;
}
