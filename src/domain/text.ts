// Text as mails, pages and logs need it: on one line, shortened, escaped.

/** White space and control characters become single spaces; lone surrogates, which no encoding has, become U+FFFD. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** An empty line starts a new paragraph. */
export const paragraphsOf = (text: string): readonly string[] =>
  text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '');

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const words = new Intl.Segmenter('en', { granularity: 'word' });
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * For subjects and labels: one line of at most `max` characters as a reader counts them (grapheme clusters), cut
 * after a word and ended with "…". A long word is cut inside, since a label needs to show something.
 */
export function shortenLabel(text: string, max: number): string {
  const line = oneLine(text);
  if (line.length <= max) return line;
  const characters = [...graphemes.segment(line)];
  if (characters.length <= max) return line;
  const start = characters
    .slice(0, max - 1)
    .map((part) => part.segment)
    .join('');
  const lastSpace = start.lastIndexOf(' ');
  return `${(lastSpace > max / 2 ? start.slice(0, lastSpace) : start).replace(/[\s,;:–—-]+$/, '')}…`;
}

export interface Excerpt {
  readonly text: string;
  /** Whether anything is missing from the end. */
  readonly cut: boolean;
}

/**
 * For quotes and descriptions: one line of at most `max` UTF-16 code units, cut after a sentence if that keeps at
 * least half of them, otherwise after a word, and ended with "…". Never cuts inside a word: if even the first one is
 * too long, only "…" is left.
 */
export function excerpt(text: string, max: number): Excerpt {
  const line = oneLine(text);
  if (line.length <= max) return { text: line, cut: false };
  // Segmenting is slow, so only the part that can be kept is segmented, and one code unit of the word after it.
  const start = line.slice(0, max + 1);
  const sentenceEnd = lastBoundary(sentences, start, max - 2);
  if (sentenceEnd >= max / 2) return { text: `${line.slice(0, sentenceEnd).trimEnd()} …`, cut: true };
  const wordEnd = lastBoundary(words, start, max - 1);
  const kept = line.slice(0, wordEnd).replace(/[\s,;:–—-]+$/u, '');
  return { text: kept.endsWith('…') ? kept : `${kept}…`, cut: true };
}

function lastBoundary(segmenter: Intl.Segmenter, text: string, max: number): number {
  let boundary = 0;
  for (const { index } of segmenter.segment(text)) {
    if (index > max) break;
    boundary = index;
  }
  return boundary;
}

/** For the content of an element; leaves quotation marks alone. */
export const escapeContent = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** For attributes as well. */
export const escapeHtml = (text: string) =>
  escapeContent(text).replaceAll('"', '&quot;').replaceAll("'", '&#39;');

// A provider's templates read three braces in a row as a variable. Where content contains them, the third is written
// differently from the first rendering on and in every mode, so that what is approved, sent inline and sent by
// template is the same bytes. Doing it twice changes nothing more.

const wordJoiner = '\u2060';
const thirdBrace = /(?<=\{\{)\{/g;

/** A character reference: readers see a brace, and links still work. */
export const escapeBracesInHtml = (html: string) => html.replace(thirdBrace, '&#123;');

/** Plain text has no character references: percent-encoding in a link, which must still work, elsewhere a word joiner. */
export const escapeBracesInText = (text: string) =>
  escapeBracesInLine(text.replace(/https?:\S+/g, (url) => url.replace(thirdBrace, '%7B')));

/** An invisible word joiner, for a subject or a preheader. */
export const escapeBracesInLine = (line: string) => line.replace(thirdBrace, `${wordJoiner}{`);

/** A line as a reader sees it: without the word joiners that escaping braces puts in. For comparing what is shown. */
export const visibleLine = (text: string) => oneLine(text.toWellFormed().replaceAll(wordJoiner, ''));

/** `1 batch`, `2 batches`: a number with its noun. The plural adds an s unless it is given. */
export const counted = (n: number, noun: string, plural = `${noun}s`) => `${n} ${n === 1 ? noun : plural}`;
