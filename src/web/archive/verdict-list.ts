import { html } from 'hono/html';
import type { Comparison } from '../../domain/comparison/comparison.ts';
import { verdictHeadline } from '../../domain/comparison/verdict.ts';
import type { Html } from '../page.ts';

/** What an issue says in a line each: the verdict, and the comparison that it is about. */
export function verdictList(comparisons: readonly Comparison[]): Html {
  return html`<ul class="verdicts">${comparisons.map((comparison) => {
    const [a, b] = comparison.tools;
    return html`<li><b><bdi>${verdictHeadline(comparison)}</bdi></b> <a href="${comparison.url}"><bdi>${a.name}</bdi> vs <bdi>${b.name}</bdi></a></li>`;
  })}</ul>`;
}
