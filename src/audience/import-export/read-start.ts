import { CsvFileError, NotTextError } from './csv-file-error.ts';

export interface OpenedText {
  /** The first line that is not empty; more than one where a name in quotes goes over several. */
  readonly header: string;
  /** As the line `sep=;` of Excel says, if there is one. */
  readonly delimiter: string | undefined;
  /** The text from the header on, with empty lines for what stood before, so that lines keep their numbers. */
  readonly text: AsyncGenerator<string>;
}

const longestHeader = 100_000;

/** What may stand before the header: empty lines, and `sep=;`. */
const before = /^\s*\n|^"?sep=(.)"?[^\S\n]*\n/i;

/**
 * Reads as much of a text as its header takes.
 *
 * @throws CsvFileError when there is none, or it is not text
 */
export async function openText(text: AsyncGenerator<string>): Promise<OpenedText> {
  let start = '';
  let isWhole = false;
  do {
    const next = await text.next();
    if (next.done) isWhole = true;
    else start += next.value;
  } while (!isWhole && start.length <= longestHeader && split(start).end === -1);
  const { skipped, delimiter, rest, end } = split(start);
  const header = (end === -1 ? rest : rest.slice(0, end)).slice(0, longestHeader);
  if (header.includes('\0')) throw notText(header);
  if (header.trim() === '') throw new CsvFileError('it is empty; line 1 must name a column "email".');
  return { header, delimiter, text: replay(skipped.replace(/[^\n]/g, '') + rest, text) };
}

/** `end` is where the line end of the header is in `rest`, -1 if there is none yet. */
function split(start: string) {
  let rest = start;
  let delimiter: string | undefined;
  for (let found = before.exec(rest); found !== null; found = before.exec(rest)) {
    rest = rest.slice(found[0].length);
    delimiter = found[1] ?? delimiter;
  }
  const skipped = start.slice(0, start.length - rest.length);
  return { skipped, delimiter, rest, end: lineEnd(rest) };
}

function lineEnd(text: string): number {
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === '\n' && !isQuoted) return at;
  }
  return -1;
}

async function* replay(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

function notText(header: string): NotTextError {
  const guess = /^\0[^\0]\0[^\0]/.test(header)
    ? 'utf-16be'
    : /^[^\0]\0[^\0]\0/.test(header)
      ? 'utf-16le'
      : null;
  const hint =
    guess === null
      ? 'Save the file as “CSV UTF-8”.'
      : `It looks like UTF-16: import it with --encoding ${guess}.`;
  return new NotTextError(`line 1 is not UTF-8 text, so nothing was imported. ${hint}`);
}
