import { html } from 'hono/html';
import type { Finding } from '../../domain/issue/finding.ts';
import type { IssuePreview } from '../../pipeline/report/view-issue.ts';
import type { Html } from '../layout/document.ts';

/** What the check found: what, where, and how to fix it; who overrode an error, and why. */
export function findingsSection({ findings, overrides }: IssuePreview): Html {
  const overrideOf = new Map(overrides.map((override) => [override.rule, override]));
  return html`<section aria-labelledby="check">
<h2 id="check">Check</h2>
${
  findings.length === 0
    ? html`<p>Nothing to fix.</p>`
    : html`<ul class="findings">${findings.map((finding) => findingItem(finding, overrideOf.get(finding.rule)))}</ul>`
}
</section>`;
}

function findingItem(finding: Finding, override: IssuePreview['overrides'][number] | undefined): Html {
  const { severity, rule, what, where, fix } = finding;
  return html`<li>
<p><strong class="${severity === 'error' ? 'bad' : 'mild'}">${severity === 'error' ? 'Error' : 'Warning'}</strong>
<code>${rule}</code> <span class="where" dir="auto">${where}</span></p>
<p dir="auto">${what}</p>
<p class="fix" dir="auto">${fix}</p>
${
  severity === 'error' &&
  override !== undefined &&
  html`<p class="fix" dir="auto">Overridden by ${override.by}: ${override.reason}</p>`
}
</li>`;
}
