import { html } from 'hono/html';
import type { Comparison } from '../../domain/comparison/comparison.ts';
import { communityShip, panelShip, percentLabel } from '../../domain/comparison/share.ts';
import { verdictHeadline } from '../../domain/comparison/verdict.ts';
import type { Candidates } from '../../pipeline/compose/select-candidates.ts';
import type { Html } from '../layout/document.ts';

/** The comparisons of an issue in their order: a verdict, then its two tools one above the other. */
export function comparisonList(comparisons: readonly Comparison[]): Html {
  return html`<table class="box">
<thead><tr><th scope="col">Tool</th><th scope="col">Panel ship</th><th scope="col">Community</th><th scope="col">Entry price</th></tr></thead>
${comparisons.map(
  (comparison) => html`<tbody>
<tr class="verdict"><th scope="rowgroup" colspan="4"><bdi>${verdictHeadline(comparison)}</bdi></th></tr>
${comparison.tools.map(
  (tool) => html`<tr><th scope="row"><bdi>${tool.name}</bdi></th>
<td>${percentLabel(panelShip(tool))}</td>
<td>${percentLabel(communityShip(tool))}</td>
<td><bdi>${tool.entryPrice}</bdi></td></tr>`,
)}
</tbody>`,
)}
</table>`;
}

/** Candidates that are not in the issue, each with its reason; empty when there are none. */
export function leftOutList(leftOut: Candidates['leftOut']): Html | '' {
  if (leftOut.length === 0) return '';
  return html`<section aria-labelledby="left-out">
<h2 id="left-out">Left out for now</h2>
<ul class="notes">${leftOut.map(
    ({ slug, reason }) => html`<li><code dir="auto">${slug}</code><span dir="auto">${reason}</span></li>`,
  )}</ul>
</section>`;
}
