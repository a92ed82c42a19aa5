import { html } from 'hono/html';
import type { Html } from '../layout/document.ts';

export interface LatestIssue {
  readonly week: string;
  readonly subject: string;
}

/** A link to the latest issue in the archive, after a few words; nothing before the first issue. */
export const latestIssueLink = (words: string, latest: LatestIssue | null): Html | false =>
  latest !== null && html`<p>${words} <a href="/issues/${latest.week}" dir="auto">${latest.subject}</a></p>`;
