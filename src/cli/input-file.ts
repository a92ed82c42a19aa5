import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
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
