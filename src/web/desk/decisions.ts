import { html } from 'hono/html';
import { shortLocalTime } from '../../domain/local-time.ts';
import { commandLine } from '../../domain/refusal.ts';
import type { LoggedDecision } from '../../pipeline/report/decisions.ts';
import type { Html } from '../layout/document.ts';

/** The last decisions about a week: when, who, what and why. */
export function decisionsSection(
  week: string,
  decisions: readonly LoggedDecision[],
  timeZone: string,
): Html | '' {
  if (decisions.length === 0) return '';
  return html`<section aria-labelledby="decisions">
<h2 id="decisions">Last decisions</h2>
<ol class="decisions" reversed>${decisions.map(
    ({ at, who, what, reason }) => html`<li>
<p class="figure"><time datetime="${at}">${shortLocalTime(new Date(at), timeZone)}</time></p>
<p dir="auto"><strong>${what}</strong> by ${who}${
      reason !== null && html` <span class="note">${reason.replaceAll('\n', '; ')}</span>`
    }</p>
</li>`,
  )}</ol>
<p class="note">Times in ${timeZone}. All of them: <code>${commandLine(`issues show ${week}`)}</code></p>
</section>`;
}
