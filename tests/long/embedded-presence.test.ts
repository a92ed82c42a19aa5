import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { endsWithin } from '../../src/db/embedded/processes.ts';
import {
  folderWithCluster,
  isLinux,
  Opener,
  open,
  openForTest,
  postmasterPid,
  temporaryDataFolder,
} from '../support/database/embedded-processes.ts';
import { query } from '../support/database/test-database.ts';

describe('several processes with one data folder', () => {
  test('share one server, and the last to leave stops it', async () => {
    const folder = await temporaryDataFolder();
    const openers = Array.from({ length: 5 }, () => new Opener(folder));
    const urls = await Promise.all(openers.map((opener) => opener.url()));
    expect(new Set(urls).size).toBe(1);
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
    const pid = (await postmasterPid(folder)) ?? 0;
    const last = openers.pop();
    await Promise.all(openers.map((opener) => opener.close()));
    expect(await query(urls[0] ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
    await last?.close();
    expect(await endsWithin(pid, 0)).toBe(true);
  });

  test('never lose the server while they use it, however they come and go', async () => {
    const folder = await folderWithCluster();
    const host = await open(folder);
    await query(host.url, 'create table visits(id serial)');
    await host.close();
    const rounds = 8;
    const visitors = Array.from({ length: 4 }, () => new Opener(folder, [String(rounds)]));
    const reports = await Promise.all(visitors.map((visitor) => visitor.report()));
    expect(reports).toEqual(visitors.map(() => ({ roundsDone: rounds })));
    await Promise.all(visitors.map((visitor) => visitor.ended()));
    expect(await postmasterPid(folder)).toBeUndefined();
    const { url } = await openForTest(folder);
    const [{ count } = {}] = await query(url, 'select count(*)::int as count from visits');
    expect(count).toBe(rounds * visitors.length);
  });

  test('continue when the one that started the server is killed', async () => {
    const folder = await folderWithCluster();
    const starter = new Opener(folder);
    const url = await starter.url();
    const other = await openForTest(folder);
    await starter.kill();
    expect(await query(other.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const newcomer = new Opener(folder);
    expect(await newcomer.url()).toBe(url);
    await other.close();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await newcomer.close();
    expect(await postmasterPid(folder)).toBeUndefined();
  });

  test('join a server that a killed process left running, and stop it when they leave', async () => {
    const folder = await folderWithCluster();
    const starter = new Opener(folder);
    const url = await starter.url();
    await starter.kill();
    const next = await openForTest(folder);
    expect(next.url).toBe(url);
    await waitForPresences(url, 1); // On a busy machine PostgreSQL takes a moment to notice that a client has died.
    await next.close();
    expect(await postmasterPid(folder)).toBeUndefined();
  });

  test('stay registered when the server disconnects everyone to recover', async () => {
    const folder = await folderWithCluster();
    const staying = await openForTest(folder);
    await expect(crashBackend(staying.url)).rejects.toThrow();
    await vi.waitFor(() => query(staying.url, 'select 1'), { timeout: 20_000 });
    await waitForPresences(staying.url, 1);
    const passing = new Opener(folder);
    await passing.url();
    await passing.close();
    expect(await query(staying.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.runIf(isLinux)('do not stop the server by being interrupted', async () => {
    const folder = await folderWithCluster();
    const starter = new Opener(folder, [], { detached: true });
    const url = await starter.url();
    const pid = (await postmasterPid(folder)) ?? 0;
    expect(await sessionOf(pid)).toBe(pid);
    process.kill(-(starter.process.pid ?? 0), 'SIGINT'); // What a terminal does at Ctrl-C.
    await starter.ended();
    const next = await openForTest(folder);
    expect(next.url).toBe(url);
  });
});

async function waitForPresences(url: string, count: number): Promise<void> {
  const presences =
    "select count(*)::int as count from pg_stat_activity where application_name = 'weekly-verdicts-presence'";
  await vi.waitFor(async () => expect(await query(url, presences)).toEqual([{ count }]), { timeout: 20_000 });
}

/** Kills the server process of one connection, after which PostgreSQL restarts all of them. */
async function crashBackend(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  process.kill(rows[0].pid, 'SIGKILL');
  await client.query('select pg_sleep(60)');
}

async function sessionOf(pid: number): Promise<number> {
  const afterName = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '');
  return Number(afterName.split(' ')[3]);
}
