import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endsWithin, processExists } from '../../src/db/embedded/processes.ts';
import {
  folderWithCluster,
  isLinux,
  Opener,
  open,
  openForTest,
  postmasterFile,
  postmasterPid,
  stopAtOnce,
  temporaryDataFolder,
} from '../support/database/embedded-processes.ts';
import { query } from '../support/database/test-database.ts';

describe('after a crash', () => {
  test('of everything, committed rows are still there', async () => {
    const folder = await folderWithCluster();
    const starter = new Opener(folder);
    const url = await starter.url();
    const pid = (await postmasterPid(folder)) ?? 0;
    await query(url, 'create table t as select generate_series(1, 1000) as i');
    process.kill(pid, 'SIGKILL');
    await starter.kill();
    const next = await openForTest(folder);
    expect(await postmasterPid(folder)).not.toBe(pid);
    expect(await query(next.url, 'select count(*)::int as count from t')).toEqual([{ count: 1000 }]);
  });

  test('a pid that another program has now does not prevent a start', async () => {
    const folder = await folderWithCluster();
    await leavePostmasterFile(folder, process.pid);
    const { url } = await openForTest(folder);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.runIf(isLinux)('nor does a server that is a zombie', async () => {
    const folder = await folderWithCluster();
    // The child must outlive the shell, which would reap it; `sleep 600` reaps nothing.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [said] = await once(parent.stdout, 'data');
    const zombie = Number(String(said));
    expect(await endsWithin(zombie, 10_000)).toBe(true);
    expect(processExists(zombie)).toBe(true);
    await leavePostmasterFile(folder, zombie);
    const { url } = await openForTest(folder);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('nor does an empty postmaster.pid', async () => {
    const folder = await folderWithCluster();
    await leavePostmasterFile(folder, 0);
    const file = join(folder, 'postgres', 'postmaster.pid');
    await truncate(file);
    await utimes(file, 1, 1);
    const { url } = await openForTest(folder);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('unfinished clusters are removed', async () => {
    const folder = await temporaryDataFolder();
    const ended = spawn('true');
    await once(ended, 'exit');
    const ofEndedProcess = join(folder, `postgres.${ended.pid}-0123456789ab.new`);
    const fromLongAgo = join(folder, `postgres.${process.pid}-0123456789ab.new`);
    for (const leftover of [ofEndedProcess, fromLongAgo]) {
      await mkdir(join(leftover, 'base'), { recursive: true });
      await utimes(leftover, 1, 1);
    }
    await openForTest(folder);
    expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  });

  test('a folder removed under a running server starts afresh', async () => {
    const folder = await folderWithCluster();
    const starter = new Opener(folder);
    const oldUrl = await starter.url();
    const orphan = (await postmasterPid(folder)) ?? 0;
    onTestFinished(() => stopAtOnce(orphan));
    await starter.kill();
    await rm(folder, { recursive: true, maxRetries: 5 });
    const next = await openForTest(folder);
    expect(next.url).not.toBe(oldUrl);
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a folder renamed under a running server still leads to it', async () => {
    const home = await temporaryDataFolder();
    await rename(await folderWithCluster(), join(home, 'before'));
    const before = await openForTest(join(home, 'before'));
    await rename(join(home, 'before'), join(home, 'after'));
    const after = await openForTest(join(home, 'after'));
    expect(after.url).toBe(before.url);
    await before.close();
    await after.close();
    expect(await postmasterPid(join(home, 'after'))).toBeUndefined();
  });
});

/** Leaves the postmaster.pid of a server that did not shut down, with a process id of our choice. */
async function leavePostmasterFile(folder: string, pid: number): Promise<void> {
  const server = await open(folder);
  const text = await postmasterFile(folder);
  await server.close();
  await writeFile(join(folder, 'postgres', 'postmaster.pid'), text.replace(/^\d+/, String(pid)), {
    mode: 0o600,
  });
}
