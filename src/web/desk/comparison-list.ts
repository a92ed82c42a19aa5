import { html } from 'hono/html';
import type { Comparison } from '../../domain/comparison/comparison.ts';
import { communityShip, panelShip, percentLabel } from '../../domain/comparison/share.ts';
import { verdictHeadline } from '../../domain/comparison/verdict.ts';
import type { Html } from './format.ts';

/** The issue as a box score, in its order: a verdict, then its two tools one above the other. */
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
