import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { argumentsOf } from './processes.ts';
import { folderMark } from './settings.ts';

/** What the server of a cluster says about itself in `postmaster.pid`, and whether there still is one. */
export interface Postmaster {
  file: string;
  text: string;
  pid: number;
  port: number;
  isReady: boolean;
  /**
   * - `server`: this cluster's server, coming up, there, or going
   * - `stranger`: after a crash the number went to another program, or to a corpse that nobody collected
   * - `none`: no such process
   */
  holder: 'server' | 'stranger' | 'none';
}

/** A server writes the file right after making it; one that stays empty was left by a power cut. */
const emptyForMs = 2_000;

export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const file = join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // Line by line: pid, folder, start time, port, socket folder, address, shared memory, state.
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return {
    file,
    text,
    pid,
    port: Number.parseInt(lines[3] ?? '', 10),
    isReady: lines[7]?.trim() === 'ready',
    holder: Number.isNaN(pid) ? await holderOfEmpty(file) : await holderOf(pid, cluster),
  };
}

async function holderOf(pid: number, cluster: string): Promise<Postmaster['holder']> {
  const args = await argumentsOf(pid);
  if (args === 'none') return 'none';
  if (args === 'unknown') return 'server';
  return args !== 'dead' && args.includes(`${folderMark}=${cluster}`) ? 'server' : 'stranger';
}

async function holderOfEmpty(file: string): Promise<Postmaster['holder']> {
  const found = await stat(file).catch(() => undefined);
  return found && Date.now() - found.mtimeMs > emptyForMs ? 'stranger' : 'server';
}

/**
 * Removes the file of a server that is gone where PostgreSQL itself would not, because its number is taken.
 * A file that a new server wrote in the meantime is put back.
 */
export async function removeStaleFile({ file, text }: Postmaster): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return; // Somebody else was quicker.
  }
  const moved = await readFile(aside, 'utf8').catch(() => text);
  if (moved !== text) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}
