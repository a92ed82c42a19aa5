import { Feed } from 'feed';
import { html } from 'hono/html';
import type { PublicEntry } from '../../db/queries/issue/public-issues.ts';
import { feedPath, issueUrl } from '../../domain/issue/publication.ts';
import type { Sheet } from '../page.ts';
import { verdictList } from './verdict-list.ts';

/** What XML 1.0 cannot hold, however it is written. */
const notInXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const markup = (part: ReturnType<typeof html>) => String(part).replace(notInXml, '');

/**
 * An Atom feed (RFC 4287), an entry an issue. Titles and contents are HTML in CDATA, so text is escaped here:
 * the library writes it as it gets it, and an escaped `>` cannot end the CDATA either.
 */
export function atomFeed(sheet: Sheet, issues: readonly PublicEntry[]): string {
  const { name, publicUrl } = sheet;
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
