import { createHash } from 'node:crypto';
import type { IssueContent } from '../domain/issue/issue.ts';
import type { Publication } from '../domain/issue/publication.ts';

/**
 * Stands where the reader token goes. It is a hash of all that is rendered: two renders give the same bytes,
 * and text that held its own hash could not be written.
 */
export function placeholderFor(content: IssueContent, publication: Publication): string {
  const source = JSON.stringify([content, publication], sortKeys);
  for (let round = 0; ; round += 1) {
    const hash = createHash('sha256').update(`${round}:${source}`).digest('hex');
    const placeholder = `reader${hash.slice(0, 24)}`;
    if (!source.toLowerCase().includes(placeholder)) return placeholder;
  }
}

/** PostgreSQL's jsonb gives keys back in an order of its own; the same content must give the same hash. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Throws unless the placeholder stands exactly in the expected links, each as often as told. */
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
      throw new Error(
        `${part}: the link ${link} appears ${times} times instead of once; the reader token has no place`,
      );
  }
  if (found !== links.length)
    throw new Error(`${part}: the reader placeholder appears ${found} times instead of ${links.length}`);
}
