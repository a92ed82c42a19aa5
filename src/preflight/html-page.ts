/** What a mail client makes of the html, as far as the rules need it. */
export interface HtmlPage {
  readonly links: readonly string[];
  readonly images: readonly HtmlImage[];
  /** What a reader can see, white space folded. */
  readonly text: string;
  /** Element id → the text and links from that element up to the next one with an id. */
  readonly sections: ReadonlyMap<string, HtmlSection>;
}

export interface HtmlSection {
  readonly text: string;
  readonly links: readonly string[];
}

export interface HtmlImage {
  readonly src: string;
  readonly alt: string | null;
}

const tag =
  /<!--[\s\S]*?-->|<(style|title|script)\b[\s\S]*?<\/\1\s*>|<\/?([a-z][a-z0-9]*)((?:\s+|"[^"]*"|'[^']*'|[^>"'])*)>/gi;
const attribute = /([a-z][a-z0-9:-]*)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi;
const inline = new Set(['a', 'b', 'bdi', 'em', 'i', 'small', 'span', 'strong']);

/** Reads html that React wrote: well-formed, attributes quoted. Not a parser for just any html. */
export function readHtml(html: string): HtmlPage {
  const links: string[] = [];
  const images: HtmlImage[] = [];
  const pieces: string[] = [];
  const sections = new Map<string, { pieces: string[]; links: string[] }>();
  let section: { pieces: string[]; links: string[] } | undefined;
  const say = (text: string) => {
    pieces.push(text);
    section?.pieces.push(text);
  };

  let at = 0;
  for (const match of html.matchAll(tag)) {
    say(html.slice(at, match.index));
    at = match.index + match[0].length;
    const name = match[2]?.toLowerCase();
    if (name === undefined) continue;
    if (!inline.has(name)) say(' ');
    if (match[0].startsWith('</')) continue;
    const attributes = readAttributes(match[3] ?? '');
    const id = attributes.get('id');
    if (id !== undefined && id !== '') {
      section = { pieces: [], links: [] };
      sections.set(id, section);
    }
    const href = attributes.get('href');
    if (href !== undefined) {
      links.push(href);
      section?.links.push(href);
    }
    if (name === 'img') images.push({ src: attributes.get('src') ?? '', alt: attributes.get('alt') ?? null });
  }
  say(html.slice(at));
  const join = (parts: readonly string[]) => fold(decodeEntities(parts.join('')));
  return {
    links,
    images,
    text: join(pieces),
    sections: new Map(
      [...sections].map(([id, each]) => [id, { text: join(each.pieces), links: each.links }]),
    ),
  };
}

function readAttributes(source: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(source.matchAll(attribute), ([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decodeEntities(double ?? single ?? bare ?? ''),
    ]),
  );
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Compares what is shown: white space and control characters fold to one space, word joiners to nothing. */
export function fold(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\u2060', '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
