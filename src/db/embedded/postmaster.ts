import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { argumentsOf } from './processes.ts';

/** The setting that names the cluster's folder in the server's arguments, so that others can tell whose server it is. */
export const folderSetting = 'verdicts.folder';

/** What `postmaster.pid` says about the server of a cluster, and whether that server still exists. */
export interface Postmaster {
  file: string;
  text: string;
  pid: number;
  port: number;
  isReady: boolean;
  /**
   * Which process has that pid now:
   * - `server`: this cluster's server, whether starting, running or stopping
   * - `other-process`: the server crashed and its pid was given to another program, or it is a zombie
   * - `none`: no process
   */
  pidOwner: 'server' | 'other-process' | 'none';
}

/** A server fills the file right after creating it; one that stays empty for longer was left by a power cut. */
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
    pidOwner: Number.isNaN(pid) ? await ownerOfEmptyFile(file) : await ownerOf(pid, cluster),
  };
}

async function ownerOf(pid: number, cluster: string): Promise<Postmaster['pidOwner']> {
  const args = await argumentsOf(pid);
  if (args === 'none') return 'none';
  if (args === 'unknown') return 'server';
  return args !== 'zombie' && args.includes(`${folderSetting}=${cluster}`) ? 'server' : 'other-process';
}

async function ownerOfEmptyFile(file: string): Promise<Postmaster['pidOwner']> {
  const found = await stat(file).catch(() => undefined);
  return found && Date.now() - found.mtimeMs > emptyForMs ? 'other-process' : 'server';
}

/**
 * Removes the file of a server that is gone. PostgreSQL does not do so while another process has its pid.
 * If a new server has written the file in the meantime, it is put back.
 */
export async function removeStaleFile({ file, text }: Postmaster): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return; // Another process has removed it.
  }
  const moved = await readFile(aside, 'utf8').catch(() => text);
  if (moved !== text) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}
