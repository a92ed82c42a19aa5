import { createHash } from 'node:crypto';
import type { IssueContent } from '../domain/issue/issue.ts';
import type { Publication } from '../domain/issue/publication.ts';
import type { RenderedIssue } from '../domain/issue/rendered-issue.ts';

/**
 * Marks where the reader token goes. It is a hash of everything that is rendered, so that rendering twice gives the
 * same bytes, and content cannot contain it, because no text can contain its own hash.
 */
export function placeholderFor(content: IssueContent, publication: Publication): string {
  const source = JSON.stringify([content, publication], sortKeys);
  for (let round = 0; ; round += 1) {
    const hash = createHash('sha256').update(`${round}:${source}`).digest('hex');
    const placeholder = `reader${hash.slice(0, 24)}`;
    if (!source.toLowerCase().includes(placeholder)) return placeholder;
  }
}

/** The same content must give the same hash, but PostgreSQL's jsonb returns keys in an order of its own. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Throws unless the placeholder appears once in each of the links and nowhere else. */
export function checkPlaceholder(
  part: string,
  text: string,
  placeholder: string,
  links: readonly string[],
): void {
  const found = text.split(placeholder).length - 1;
  for (const link of links) {
    const times = text.split(link).length - 1;
    if (times !== 1)
      throw new Error(`${part}: the reader's link ${link} appears ${times} times instead of once`);
  }
  if (found !== links.length)
    throw new Error(`${part}: the reader placeholder appears ${found} times instead of ${links.length}`);
}

/** An issue for the public: as it was sent, but without the reader's own links and without the placeholder. */
export function publicIssue({ html, text, placeholder }: RenderedIssue): {
  readonly html: string;
  readonly text: string;
} {
  const linkOfReader = new RegExp(`<a\\b[^>]*${placeholder}[^>]*>[^<]*</a>(?: · )?`, 'g');
  const lineOfReader = new RegExp(`^.*${placeholder}.*\\n?`, 'gm');
  return {
    html: html.replace(linkOfReader, '').replaceAll(placeholder, ''),
    text: text.replace(lineOfReader, '').replaceAll(placeholder, ''),
  };
}
