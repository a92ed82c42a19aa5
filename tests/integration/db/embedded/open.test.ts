import { once } from 'node:events';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, openEmbedded } from '../../../../src/db/embedded/index.ts';
import { endsWithin } from '../../../../src/db/embedded/processes.ts';
import {
  folderWithCluster,
  isLinux,
  open,
  openForTest,
  postmasterPid,
  temporaryDataFolder,
} from '../../../support/database/embedded-processes.ts';
import { query } from '../../../support/database/test-database.ts';

describe('a data folder that one process opens', () => {
  test('keeps its rows from one start to the next, and no server runs in between', async () => {
    const folder = join(await temporaryDataFolder(), 'not', 'there', 'yet');
    const first = await open(folder);
    await query(first.url, "create table t as select 'grün' as colour");
    const pid = await postmasterPid(folder);
    await first.close();
    expect(await endsWithin(pid ?? 0, 0)).toBe(true);

    const second = await openForTest(folder);
    expect(await query(second.url, 'select upper(colour) as colour from t')).toEqual([{ colour: 'GRÜN' }]);
    await second.close();
    expect(await postmasterPid(folder)).toBeUndefined();
  });

  test('syncs to disk unless asked not to', async () => {
    const sql = `select string_agg(setting, ' ' order by name) as settings from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit')`;
    const safe = await openEmbedded(await folderWithCluster());
    onTestFinished(() => safe.close());
    expect(await query(safe.url, sql)).toEqual([{ settings: 'on on on' }]);
    const fast = await openForTest(await folderWithCluster());
    expect(await query(fast.url, sql)).toEqual([{ settings: 'off off off' }]);
  });

  test('uses UTF-8 and UTC', async () => {
    const { url } = await openForTest(await folderWithCluster());
    expect(
      await query(
        url,
        `select current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
           current_setting('lc_messages') as messages, datlocprovider as provider, datlocale as locale
         from pg_database where datname = current_database()`,
      ),
    ).toEqual([{ encoding: 'UTF8', zone: 'UTC', messages: 'C', provider: 'b', locale: 'C.UTF-8' }]);
  });

  test('can be opened twice in one process, and closed twice', async () => {
    const folder = await folderWithCluster();
    const [one, two] = await Promise.all([openForTest(folder), openForTest(folder)]);
    expect(one.url).toBe(two.url);
    await one.close();
    await one.close();
    expect(await query(two.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await two.close();
    expect(await postmasterPid(folder)).toBeUndefined();
  });

  test('starts afresh after it was removed', async () => {
    const folder = await folderWithCluster();
    const first = await open(folder);
    await query(first.url, 'create table t()');
    await first.close();
    await rm(folder, { recursive: true });
    const second = await openForTest(folder);
    expect(await query(second.url, "select to_regclass('t') as t")).toEqual([{ t: null }]);
  });
});

describe('access to the server', () => {
  test('needs the password, and is on the loopback address only', async () => {
    const { url } = await openForTest(await folderWithCluster());
    expect(
      await query(
        url,
        'select type, database, user_name, address, netmask, auth_method from pg_hba_file_rules',
      ),
    ).toEqual([
      {
        type: 'host',
        database: ['all'],
        user_name: ['all'],
        address: '127.0.0.1',
        netmask: '255.255.255.255',
        auth_method: 'scram-sha-256',
      },
    ]);
    expect(
      await query(
        url,
        "select name, setting from pg_settings where name ~ '^(listen_ad|unix_socket_dir)' order by 1",
      ),
    ).toEqual([
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test.runIf(isLinux)('is refused at every other address of this machine', async () => {
    const { url } = await openForTest(await folderWithCluster());
    const elsewhere = new URL(url);
    elsewhere.hostname = '127.0.0.2';
    await expect(query(elsewhere.href, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('needs a password that only its owner can read, different in each folder', async () => {
    const folders = await Promise.all([temporaryDataFolder(), temporaryDataFolder()]);
    const passwords = [];
    for (const folder of folders) {
      const data = join(folder, 'data');
      const { url } = await openForTest(data);
      const modeAndOwner = async (name: string) => {
        const { mode, uid } = await stat(join(data, name));
        return { mode: (mode & 0o777).toString(8), uid };
      };
      const uid = process.getuid?.();
      expect(await modeAndOwner('.')).toEqual({ mode: '700', uid });
      expect(await modeAndOwner('postgres.password')).toEqual({ mode: '600', uid });
      expect(await modeAndOwner('postgres.log')).toEqual({ mode: '600', uid });
      expect((await modeAndOwner('postgres')).mode).toBe('700');
      expect((await readdir(data)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
      passwords.push(new URL(url).password);
    }
    expect(new Set(passwords).size).toBe(2);
  });

  test('moves to another port when the first was taken at the last moment', async () => {
    const occupied = createServer().listen(0, '127.0.0.1');
    await once(occupied, 'listening');
    onTestFinished(() => void occupied.close());
    const folder = await folderWithCluster();
    const ports = [(occupied.address() as AddressInfo).port, await freePort()];
    const server = await openEmbedded(folder, { unsafeFast: true, port: async () => ports.shift() ?? 0 });
    onTestFinished(() => server.close());
    const { url } = server;
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toContain('Address already in use');
  });

  test('leaves readers’ addresses out of the log', async () => {
    const folder = await folderWithCluster();
    const { url } = await openForTest(folder);
    await query(url, 'create table readers(address text primary key)');
    const twice = "insert into readers values ('ada@example.org'), ('ada@example.org')";
    await expect(query(url, twice)).rejects.toMatchObject({ code: '23505' });
    const log = await readFile(join(folder, 'postgres.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('ada@');
  });
});
