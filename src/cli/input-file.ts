import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';

export interface InputFile {
  /** As messages name it. */
  readonly label: string;
  /** As records name it: without the folders. */
  readonly name: string;
  /** `null` for what has no size, such as a pipe. */
  readonly bytes: number | null;
  readonly stream: Readable;
}

/** Opens the file, or stdin for `-`. Throws with the path: the fault of a read that fails later has none. */
export async function openInput(file: string): Promise<InputFile> {
  if (file === '-') return { label: 'stdin', name: 'stdin', bytes: null, stream: process.stdin };
  const handle = await open(file);
  const found = await handle.stat();
  if (found.isDirectory()) {
    await handle.close();
    throw Object.assign(new Error('a folder'), { code: 'EISDIR', path: file });
  }
  const stream = handle.createReadStream();
  return { label: file, name: basename(file), bytes: found.isFile() ? found.size : null, stream };
}
