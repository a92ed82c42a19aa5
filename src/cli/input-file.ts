import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Terminal } from './terminal.ts';

export interface InputFile {
  /** Its name in messages. */
  readonly label: string;
  /** Its name in records: without the folders. */
  readonly name: string;
  /** `null` for a pipe or anything else without a size. */
  readonly bytes: number | null;
  readonly stream: Readable;
}

/** The file is not text that can be read; the message says where and what to do. */
export class InputFileError extends Error {}

/** Opens the file, or stdin for `-`. Opens it at once because only that error names the path; a failed read does not. */
export async function openInput(file: string, { stdin }: Terminal): Promise<InputFile> {
  if (file === '-') return { label: 'stdin', name: 'stdin', bytes: null, stream: stdin };
  const handle = await open(file);
  const found = await handle.stat();
  if (found.isDirectory()) {
    await handle.close();
    throw Object.assign(new Error('a folder'), { code: 'EISDIR', path: file });
  }
  const stream = handle.createReadStream();
  return { label: file, name: basename(file), bytes: found.isFile() ? found.size : null, stream };
}

/** The same for a file that must be UTF-8 text: reading it throws InputFileError at the first line that is not. */
export async function openText(file: string, terminal: Terminal): Promise<InputFile> {
  const input = await openInput(file, terminal);
  return { ...input, stream: Readable.from(utf8Of(input.stream, input.label), { objectMode: false }) };
}

/**
 * The same bytes, as long as they are UTF-8 text.
 *
 * @throws InputFileError at the first line that is not
 */
async function* utf8Of(stream: Readable, label: string): AsyncGenerator<Buffer> {
  let line = 1;
  let rest = Buffer.alloc(0);
  const check = (text: Buffer) => {
    if (isText(text)) return text;
    const bad = lines(text).findIndex((bytes) => !isText(bytes));
    throw new InputFileError(
      `${label}: line ${line + bad} is not UTF-8 text, so nothing was imported. Save the file as UTF-8 (Excel calls it “CSV UTF-8”) and import it again.`,
    );
  };
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.length - incompleteEnd(bytes);
    rest = bytes.subarray(end);
    const text = check(bytes.subarray(0, end));
    line += lines(text).length - 1;
    yield text;
  }
  yield check(rest);
}

/** A zero byte is valid UTF-8, but no text has one, and PostgreSQL stores none. */
const isText = (bytes: Buffer) => isUtf8(bytes) && !bytes.includes(0);

function lines(text: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let from = 0;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, from)) {
    found.push(text.subarray(from, at));
    from = at + 1;
  }
  return [...found, text.subarray(from)];
}

/** How many bytes at the end begin a character whose other bytes are still to come. */
function incompleteEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes.at(-back) as number;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
