/**
 * Three braces in a row mean a variable to a provider's templates. Content that holds them is written another
 * way from the first rendering on, in every mode, so that what is approved, sent inline and sent by template
 * are the same bytes. All of these change nothing the second time.
 */

const wordJoiner = '\u2060';

/** The third of three braces. */
const thirdBrace = /(?<=\{\{)\{/g;

/** A character reference leaves html as it was read, links included. */
export const bracesInHtml = (html: string) => html.replace(thirdBrace, '&#123;');

/** Text has no character references: percent-encoding within a link, which must still work, else an invisible joiner. */
export const bracesInText = (text: string) =>
  bracesInLine(text.replace(/https?:\S+/g, (url) => url.replace(thirdBrace, '%7B')));

/** For a subject or a preheader. */
export const bracesInLine = (line: string) => line.replace(thirdBrace, `${wordJoiner}{`);
