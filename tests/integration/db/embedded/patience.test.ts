import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openEmbedded } from '../../../../src/db/embedded/index.ts';
import { folderSetting } from '../../../../src/db/embedded/postmaster.ts';
import {
  failureOf,
  folderWithCluster,
  temporaryDataFolder,
} from '../../../support/database/embedded-processes.ts';
import { query } from '../../../support/database/test-database.ts';

describe('a server that is slow to start', () => {
  test('is waited for, however long it takes to create its cluster', async () => {
    const patience = { idleMs: 0, totalMs: 120_000 };
    const server = await openEmbedded(await temporaryDataFolder(), { unsafeFast: true, patience });
    onTestFinished(() => server.close());
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is not waited for without end', async () => {
    const folder = await folderWithCluster();
    await pretendServer(folder, { port: 1, state: 'starting' });
    const patience = { idleMs: 0, totalMs: 200 };
    const message = await failureOf(openEmbedded(folder, { patience }));
    expect(message).toContain('is still not ready after 0.2 s');
    expect(message).toContain(join(folder, 'postgres.log'));
  });

  test('is given up when it runs and lets nobody in', async () => {
    const folder = await folderWithCluster();
    const deaf = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    onTestFinished(() => void deaf.close());
    await pretendServer(folder, { port: (deaf.address() as AddressInfo).port, state: 'ready' });
    const patience = { idleMs: 100, totalMs: 120_000 };
    expect(await failureOf(openEmbedded(folder, { patience }))).toContain('cannot be reached');
  });
});

/** A process that looks like the server of the folder, in the state that its postmaster.pid says. */
async function pretendServer(
  folder: string,
  { port, state }: { port: number; state: string },
): Promise<void> {
  const cluster = join(folder, 'postgres');
  const server = spawn('sh', ['-c', 'read line', 'postgres', `${folderSetting}=${cluster}`]);
  onTestFinished(() => void server.kill('SIGKILL'));
  await once(server, 'spawn');
  const lines = [server.pid, cluster, 0, port, '', '127.0.0.1', '', state, ''];
  await writeFile(join(cluster, 'postmaster.pid'), lines.join('\n'));
}
