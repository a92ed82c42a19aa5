import { Feed } from 'feed';
import { html } from 'hono/html';
import type { PublicEntry } from '../../db/queries/issue/public-issues.ts';
import { feedPath, issueUrl, type Publication } from '../../domain/issue/publication.ts';
import { verdictList } from './issue-page.ts';

/** Characters that XML 1.0 does not allow, not even escaped. */
const notInXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const markup = (part: ReturnType<typeof html>) => String(part).replace(notInXml, '');

/**
 * An Atom feed (RFC 4287) with one entry per issue. Titles and contents are HTML in CDATA. The library does not
 * escape them, so we do; an escaped `>` cannot end the CDATA either.
 */
export function atomFeed({ name, publicUrl }: Publication, issues: readonly PublicEntry[]): string {
  const author = { name: name.replace(notInXml, ''), link: `${publicUrl}/` };
  const feed = new Feed({
    title: author.name,
    description: 'Two AI tools, side by side: who ships, who skips, and what it costs.',
    id: `${publicUrl}/`,
    link: `${publicUrl}/issues`,
    feedLinks: { atom: `${publicUrl}${feedPath}` },
    language: 'en',
    generator: false,
    author,
    ...(issues[0]?.frozenAt == null ? {} : { updated: issues[0].frozenAt }),
  });
  for (const issue of issues) {
    const url = issueUrl(publicUrl, issue.week);
    const date = issue.frozenAt ?? new Date(0);
    feed.addItem({
      id: url,
      link: url,
      date,
      published: date,
      title: markup(html`${issue.subject}`),
      description: markup(html`${issue.preheader}`),
      content: markup(html`<p dir="auto">${issue.preheader}</p>${verdictList(issue.content.comparisons)}
<p><a href="${url}">Read issue no. ${issue.number}</a></p>`),
    });
  }
  return feed.atom1();
}
