import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret of this data folder, created at the first call. If several processes create it at once, the first wins: a
 * hard link appears with its whole content and never replaces an existing file.
 */
export async function dataFolderSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'app-secret');
  const known = await read(path);
  if (known !== null) return known;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const proposal = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.new`;
  await writeFile(proposal, `${randomBytes(32).toString('base64url')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  try {
    await link(proposal, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(proposal, { force: true });
  }
  return (await read(path)) as string;
}

async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
