import { html } from 'hono/html';
import { htmlBudgetBytes } from '../../domain/issue/rendered-issue.ts';
import type { IssuePreview } from '../../pipeline/report/view-issue.ts';
import type { Html } from '../layout/document.ts';
import { capitalised, count, whole } from './page.ts';

/** Status, readers, check and size, side by side. */
export function facts(preview: IssuePreview): Html {
  const { report, content } = preview;
  return html`<dl class="facts">
<div><dt>Status</dt><dd>${report === null ? 'Not composed yet' : capitalised(report.status)}${
    report?.heldReason && html`<span class="note" dir="auto">${report.heldReason}</span>`
  }</dd></div>
<div><dt>Comparisons</dt><dd>${content.comparisons.length}</dd></div>
<div><dt>Readers</dt><dd>${readers(preview)}</dd></div>
<div><dt>Check</dt><dd>${checkSummary(preview)}</dd></div>
<div class="wide"><dt>Size of the html</dt><dd>${sizeBar(preview.htmlBytes)}</dd></div>
</dl>`;
}

function readers({ report, wouldReach }: IssuePreview): Html {
  if (wouldReach !== null) return html`${whole(wouldReach)} <span class="note">would get it now</span>`;
  return html`${whole(report?.audience ?? 0)} <span class="note">when it was frozen</span>`;
}

function checkSummary({ findings }: IssuePreview): Html {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return html`<span class="good">Clear</span>`;
  return html`<span class="${errors > 0 ? 'bad' : 'good'}">${capitalised(count(errors, 'error'))}</span>
<span class="note">${count(warnings, 'warning')}</span>`;
}

/** SVG attributes set the length of the bar: the page's security policy allows no inline style. */
function sizeBar(bytes: number): Html {
  const percent = (bytes / htmlBudgetBytes) * 100;
  const over = bytes > htmlBudgetBytes;
  const rest = whole(Math.abs(htmlBudgetBytes - bytes));
  return html`<span>${whole(bytes)} of ${whole(htmlBudgetBytes)} bytes</span>
<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="1"/><rect class="${over ? 'over' : 'used'}" width="${Math.min(percent, 100).toFixed(1)}" height="1"/></svg>
<span class="note">${
    over
      ? html`<span class="bad">${rest} over budget:</span> Gmail would clip the end`
      : html`${Math.round(percent)}% of the budget, ${rest} to spare`
  }</span>`;
}
