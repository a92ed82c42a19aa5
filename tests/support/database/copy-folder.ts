import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Copies a data folder with owners and modes, which takes a tenth of the time of creating a cluster. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}
