import { type FileHandle, open, rename, stat } from 'node:fs/promises';

/** Beyond this the log is set aside at the next start, over the one set aside before. */
const maxLogBytes = 10 * 1024 * 1024;
/** How much of the end of the log is searched for the reason of a failure. */
const tailBytes = 64 * 1024;

export async function openLog(logFile: string): Promise<FileHandle> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size > maxLogBytes) await rename(logFile, `${logFile}.1`).catch(() => {});
  return open(logFile, 'a', 0o600);
}

/** The end of the log, looking no further back than fromBytes. */
export async function readLogEnd(logFile: string, fromBytes = 0): Promise<string> {
  const log = await open(logFile, 'r').catch(() => undefined);
  if (!log) return '';
  try {
    const { size } = await log.stat();
    const start = Math.max(fromBytes, size - tailBytes);
    const { buffer, bytesRead } = await log.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await log.close();
  }
}
