import { Parser } from 'htmlparser2';
import { visibleLine } from '../domain/text.ts';

/** What a mail client shows of the html, as far as the rules need to know. */
export interface HtmlPage {
  readonly links: readonly string[];
  readonly images: readonly HtmlImage[];
  /** Everything a reader can see, and the hidden preheader, on one line. */
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

/** Elements within a line. At the edges of every other element one word ends and the next begins. */
const inlineElements = new Set(['a', 'b', 'bdi', 'em', 'i', 'small', 'span', 'strong']);

/** Elements whose text is not part of the page. */
const textlessElements = new Set(['script', 'style', 'title']);

/** Parses the html of a mail. */
export function readHtml(html: string): HtmlPage {
  const page: Collected = { text: '', links: [] };
  const images: HtmlImage[] = [];
  const sections = new Map<string, Collected>();
  let section: Collected | undefined;
  let textless = 0;

  const addText = (text: string) => {
    page.text += text;
    if (section !== undefined) section.text += text;
  };
  const parser = new Parser({
    onopentag(name, { id, href, src = '', alt = null }) {
      if (textlessElements.has(name)) textless += 1;
      if (!inlineElements.has(name)) addText(' ');
      if (id) {
        section = { text: '', links: [] };
        sections.set(id, section);
      }
      if (href !== undefined) {
        page.links.push(href);
        section?.links.push(href);
      }
      if (name === 'img') images.push({ src, alt });
    },
    ontext(text) {
      if (textless === 0) addText(text);
    },
    onclosetag(name) {
      if (textlessElements.has(name)) textless -= 1;
      if (!inlineElements.has(name)) addText(' ');
    },
  });
  parser.end(html);

  return {
    links: page.links,
    images,
    text: visibleLine(page.text),
    sections: new Map([...sections].map(([id, { text, links }]) => [id, { text: visibleLine(text), links }])),
  };
}

interface Collected {
  text: string;
  readonly links: string[];
}
