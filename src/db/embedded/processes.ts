import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Counts a process of another user, and a dead one that its parent has not collected yet. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * - `none`: there is no such process
 * - `dead`: it has ended, but its parent has not collected it (in a container often nobody ever does)
 * - `unknown`: it is there, and this system does not show its arguments (only Linux has them in a file)
 */
export async function argumentsOf(pid: number): Promise<string[] | 'none' | 'dead' | 'unknown'> {
  if (!processExists(pid)) return 'none';
  if (process.platform !== 'linux') return 'unknown';
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (text === undefined) return processExists(pid) ? 'unknown' : 'none';
  return text === '' ? 'dead' : text.split('\0');
}

export async function endsWithin(pid: number, limitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const found = await argumentsOf(pid);
    if (found === 'none' || found === 'dead') return true;
    if (performance.now() > deadlineMs) return false;
    await delay(5);
  }
}
