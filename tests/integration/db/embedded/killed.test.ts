import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openEmbedded } from '../../../../src/db/embedded/index.ts';
import { endsWithin } from '../../../../src/db/embedded/processes.ts';
import {
  failureOf,
  folderWithCluster,
  Opener,
  openForTest,
  postmasterPid,
} from '../../../support/database/embedded-processes.ts';
import { query } from '../../../support/database/test-database.ts';

test('a killed server is started again at the same address, with all that was committed', async () => {
  const folder = await folderWithCluster();
  // Not `openForTest`, whose servers may lose what was committed.
  const server = await openEmbedded(folder);
  onTestFinished(() => server.close());
  const { url } = server;
  await query(url, 'create table t as select generate_series(1, 1000) as i');
  for (let time = 0; time < 2; time += 1) {
    await killServer(folder);
    await untilItAnswers(url);
    expect(await query(url, 'select count(*)::int as count from t')).toEqual([{ count: 1000 }]);
  }
});

test('processes that notice at the same moment share one new server, and the last to leave stops it', async () => {
  const folder = await folderWithCluster();
  const openers = Array.from({ length: 5 }, () => new Opener(folder));
  const [url = ''] = await Promise.all(openers.map((opener) => opener.url()));
  await killServer(folder);
  await untilItAnswers(url);
  const presences =
    "select count(*)::int as count from pg_stat_activity where application_name = 'weekly-verdicts-presence'";
  await vi.waitFor(async () => expect(await query(url, presences)).toEqual([{ count: 5 }]), {
    timeout: 20_000,
  });
  const last = openers.pop();
  await Promise.all(openers.map((opener) => opener.close()));
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await last?.close();
  expect(await postmasterPid(folder)).toBeUndefined();
});

test('a process that begins just then takes the address that the others look at', async () => {
  const folder = await folderWithCluster();
  const staying = new Opener(folder);
  const url = await staying.url();
  staying.process.kill('SIGSTOP');
  await killServer(folder);
  const newcomer = await openForTest(folder);
  expect(newcomer.url).toBe(url);
  staying.process.kill('SIGCONT');
  await newcomer.close();
  await untilItAnswers(url);
  await staying.close();
});

test('a folder that was removed is not replaced by an empty database', async () => {
  const folder = await folderWithCluster();
  const lost = failureOf(
    new Promise((_, reject) => {
      void openEmbedded(folder, { unsafeFast: true, onLost: reject }).then(async (server) => {
        onTestFinished(() => server.close());
        const pid = (await postmasterPid(folder)) ?? 0;
        await rm(join(folder, 'postgres'), { recursive: true, maxRetries: 5 });
        process.kill(pid, 'SIGKILL');
      });
    }),
  );
  expect(await lost).toContain(`${join(folder, 'postgres')} is gone`);
});

test('closing while it is started again leaves no server behind', async () => {
  const folder = await folderWithCluster();
  const server = await openForTest(folder);
  await killServer(folder);
  await server.close();
  const pid = await postmasterPid(folder);
  if (pid !== undefined) expect(await endsWithin(pid, 10_000)).toBe(true);
});

async function killServer(folder: string): Promise<void> {
  const pid = (await postmasterPid(folder)) ?? 0;
  process.kill(pid, 'SIGKILL');
  expect(await endsWithin(pid, 10_000)).toBe(true);
}

async function untilItAnswers(url: string): Promise<void> {
  await vi.waitFor(() => query(url, 'select 1'), { timeout: 20_000 });
}
