import { SaxesParser } from 'saxes';

export interface AtomEntry {
  /** Text by element name; for `link` its href. */
  readonly [name: string]: string;
}

export interface Atom {
  readonly feed: AtomEntry;
  readonly links: Readonly<Record<string, string>>;
  readonly entries: readonly AtomEntry[];
}

/** Parses a feed; throws if it is not well-formed XML 1.0. */
export function readAtom(xml: string): Atom {
  const feed: Record<string, string> = {};
  const links: Record<string, string> = {};
  const entries: Record<string, string>[] = [];
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name);
    if (name === 'entry') entries.push({});
    if (name !== 'link') return;
    if (path.includes('entry')) add('link', attributes.href ?? '');
    else links[attributes.rel ?? ''] = attributes.href ?? '';
  });
  parser.on('closetag', () => {
    path.pop();
  });
  const add = (name: string, text: string) => {
    const into = path.includes('entry') ? entries.at(-1) : feed;
    if (into !== undefined && text.trim() !== '') into[name] = (into[name] ?? '') + text;
  };
  parser.on('text', (text) => add(path.at(-1) ?? '', text));
  parser.on('cdata', (text) => add(path.at(-1) ?? '', text));
  parser.write(xml).close();
  return { feed, links, entries };
}
