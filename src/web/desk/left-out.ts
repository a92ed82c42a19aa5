import { html } from 'hono/html';
import type { Candidates } from '../../pipeline/compose/select-candidates.ts';
import type { Html } from './format.ts';

/** Candidates that are not in the issue, each with its reason; nothing at all when there are none. */
export function leftOutList(leftOut: Candidates['leftOut']): Html | '' {
  if (leftOut.length === 0) return '';
  return html`<section aria-labelledby="left-out">
<h2 id="left-out">Left out for now</h2>
<ul class="notes">${leftOut.map(
    ({ slug, reason }) => html`<li><code dir="auto">${slug}</code><span dir="auto">${reason}</span></li>`,
  )}</ul>
</section>`;
}
