import { isUtf8 } from 'node:buffer';
import { NotTextError } from './csv-file-error.ts';

export interface DecodedText {
  /** `UTF-8`, `UTF-16LE`, … */
  readonly encoding: string;
  /** In pieces, without the byte order mark, and with `\n` for every kind of line end. */
  readonly text: AsyncGenerator<string>;
}

type Bytes = AsyncIterable<Buffer | string>;

/** Bytes that may come without a line end. */
const longestLine = 1_000_000;

const marks = [
  { encoding: 'UTF-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'UTF-16LE', bytes: [0xff, 0xfe] },
  { encoding: 'UTF-16BE', bytes: [0xfe, 0xff] },
] as const;

/** Whether `decodeText` can read this encoding. */
export function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label) !== null;
  } catch {
    return false;
  }
}

/**
 * Decodes text by its byte order mark, else in the encoding that is named, else as UTF-8.
 *
 * @throws NotTextError, also while the text is read, when it is not in that encoding
 */
export async function decodeText(bytes: Bytes, named?: string): Promise<DecodedText> {
  const source = bytes[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  for (let next = await source.next(); !next.done; next = await source.next()) {
    start = Buffer.concat([start, asBytes(next.value)]);
    if (start.length > 2) break;
  }
  const mark = marks.find((known) => known.bytes.every((byte, at) => start[at] === byte));
  const encoding = mark?.encoding ?? (named === undefined ? 'UTF-8' : new TextDecoder(named).encoding);
  const rest = replay(start.subarray(mark?.bytes.length ?? 0), source);
  const text = /^utf-8$/i.test(encoding) ? decodeUtf8(rest) : decodeOther(rest, encoding);
  return { encoding, text: withLineFeeds(text) };
}

async function* replay(start: Buffer, rest: AsyncIterator<Buffer | string>): AsyncGenerator<Buffer> {
  yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield asBytes(next.value);
}

const asBytes = (part: Buffer | string) => (typeof part === 'string' ? Buffer.from(part) : part);

/** By whole lines, so that the first line that is not UTF-8 can be named. */
async function* decodeUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  const decode = (part: Buffer) => {
    if (!isUtf8(part)) throw notUtf8(line + firstLineNotUtf8(part));
    const text = part.toString('utf8');
    line += text.split('\n').length - 1;
    return text;
  };
  for await (const part of bytes) {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    const end = Math.max(rest.lastIndexOf(10), rest.lastIndexOf(13)) + 1;
    if (end > 0) yield decode(rest.subarray(0, end));
    rest = rest.subarray(end);
    if (rest.length > longestLine) throw rest.includes(0) ? notUtf8(line) : tooLong(line);
  }
  yield decode(rest);
}

const notUtf8 = (line: number) =>
  new NotTextError(
    `line ${line} is not UTF-8 text, so nothing was imported. Save the file as UTF-8 (Excel calls it “CSV UTF-8”), or name its encoding, such as --encoding windows-1252.`,
  );

const tooLong = (line: number) =>
  new NotTextError(`line ${line} is longer than 1 MB, so nothing was imported. Is this a CSV file?`);

function firstLineNotUtf8(part: Buffer): number {
  let line = 0;
  for (let from = 0; ; line += 1) {
    const end = part.indexOf(10, from);
    if (end === -1 || !isUtf8(part.subarray(from, end))) return line;
    from = end + 1;
  }
}

async function* decodeOther(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (part?: Buffer) => {
    try {
      return decoder.decode(part, { stream: part !== undefined });
    } catch {
      throw new NotTextError(
        `it is not ${encoding} text, so nothing was imported. Save it as UTF-8, or name its encoding with --encoding.`,
      );
    }
  };
  for await (const part of bytes) yield decode(part);
  yield decode();
}

/** A file that was put together from others may end its lines in several ways. */
async function* withLineFeeds(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const part of text) {
    const all = held + part;
    held = all.endsWith('\r') ? '\r' : '';
    yield all.slice(0, all.length - held.length).replace(/\r\n?/g, '\n');
  }
  yield held.replace('\r', '\n');
}
