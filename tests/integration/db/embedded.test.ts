import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  access,
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { addMissingSymlinks, findBinaries } from '../../../src/db/embedded/binaries.ts';
import { freePort } from '../../../src/db/embedded/free-port.ts';
import { EmbeddedDatabaseError, openEmbedded } from '../../../src/db/embedded/index.ts';
import { endsWithin, processExists } from '../../../src/db/embedded/processes.ts';
import { reachableCopy } from '../../../src/db/embedded/reachable-copy.ts';
import {
  folderWithCluster,
  makeModelCluster,
  Opener,
  postmasterFile,
  postmasterPid,
  query,
  stopAtOnce,
  temporaryDataFolder,
} from '../../support/database/embedded-processes.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
const nobody = 65534;
const open = (folder: string) => openEmbedded(folder, { unsafeFast: true });

/** Opens and sees to it that it is closed, whatever becomes of the test. */
async function openForTest(folder: string) {
  const server = await open(folder);
  onTestFinished(() => server.close());
  return server;
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedDatabaseError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

beforeAll(makeModelCluster);

describe('a data folder of one process', () => {
  test('has a database that keeps its rows from one start to the next, with no server in between', async () => {
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

  test('keeps its promises to disk unless it is asked not to', async () => {
    const sql = `select string_agg(setting, ' ' order by name) as settings from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit')`;
    const safe = await openEmbedded(await temporaryDataFolder());
    onTestFinished(() => safe.close());
    expect(await query(safe.url, sql)).toEqual([{ settings: 'on on on' }]);
    const fast = await openForTest(await temporaryDataFolder());
    expect(await query(fast.url, sql)).toEqual([{ settings: 'off off off' }]);
  });

  test('speaks UTF-8 and UTC', async () => {
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

  test('does not mind two openings in one process, nor closing twice', async () => {
    const folder = await folderWithCluster();
    const [one, two] = await Promise.all([openForTest(folder), openForTest(folder)]);
    expect(one.url).toBe(two.url);
    await one.close();
    await one.close();
    expect(await query(two.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await two.close();
    expect(await postmasterPid(folder)).toBeUndefined();
  });

  test('starts afresh when it was removed', async () => {
    const folder = join(await temporaryDataFolder(), 'data');
    const first = await open(folder);
    await query(first.url, 'create table t()');
    await first.close();
    await rm(folder, { recursive: true });
    const second = await openForTest(folder);
    expect(await query(second.url, "select to_regclass('t') as t")).toEqual([{ t: null }]);
  });
});

describe('the door', () => {
  test('opens to the password only, on the loopback address only', async () => {
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

  test.runIf(isLinux)('is shut at every other address of this machine', async () => {
    const { url } = await openForTest(await folderWithCluster());
    const elsewhere = new URL(url);
    elsewhere.hostname = '127.0.0.2';
    await expect(query(elsewhere.href, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('has a key that only its maker can read, and a different one in each folder', async () => {
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

  test('leads past a port that somebody took at the last moment', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const folder = await folderWithCluster();
    const ports = [(squatter.address() as AddressInfo).port, await freePort()];
    const server = await openEmbedded(folder, { unsafeFast: true, port: async () => ports.shift() ?? 0 });
    onTestFinished(() => server.close());
    const { url } = server;
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toContain('Address already in use');
  });

  test('does not write what readers send into the log', async () => {
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

describe('several processes at one data folder', () => {
  test('share one server, and the last one out stops it', async () => {
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

  test('never lose the server while they need it, however they come and go', async () => {
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

  test('go on when the one that started the server is killed', async () => {
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

  test('find a server that was left alone, and stop it when they leave', async () => {
    const folder = await folderWithCluster();
    const starter = new Opener(folder);
    const url = await starter.url();
    await starter.kill();
    const next = await openForTest(folder);
    expect(next.url).toBe(url);
    await seatsTaken(url, 1); // On a busy machine PostgreSQL takes a moment to see that a client is dead.
    await next.close();
    expect(await postmasterPid(folder)).toBeUndefined();
  });

  test('keep their seats when the server throws everybody out to recover', async () => {
    const folder = await folderWithCluster();
    const staying = await openForTest(folder);
    await expect(crashBackend(staying.url)).rejects.toThrow();
    await vi.waitFor(() => query(staying.url, 'select 1'), { timeout: 20_000 });
    await seatsTaken(staying.url, 1);
    const passing = new Opener(folder);
    await passing.url();
    await passing.close();
    expect(await query(staying.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.runIf(isLinux)('do not take the server with them when they are interrupted', async () => {
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

describe('after a crash', () => {
  test('of everything, the rows that were committed are there', async () => {
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

  test('a process id that went to another program does not stand in the way', async () => {
    const folder = await folderWithCluster();
    await leaveFileOf(folder, process.pid);
    const { url } = await openForTest(folder);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.runIf(isLinux)('nor does the corpse of a server that nobody collects', async () => {
    const folder = await folderWithCluster();
    // The child must outlive the shell, which would collect it; `sleep 600` collects nobody.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [said] = await once(parent.stdout, 'data');
    const corpse = Number(String(said));
    expect(await endsWithin(corpse, 10_000)).toBe(true);
    expect(processExists(corpse)).toBe(true);
    await leaveFileOf(folder, corpse);
    const { url } = await openForTest(folder);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('nor does a postmaster.pid without content', async () => {
    const folder = await folderWithCluster();
    await leaveFileOf(folder, 0);
    const file = join(folder, 'postgres', 'postmaster.pid');
    await truncate(file);
    await utimes(file, 1, 1);
    const { url } = await openForTest(folder);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('half-made clusters are cleared away', async () => {
    const folder = await temporaryDataFolder();
    const ended = spawn('true');
    await once(ended, 'exit');
    const ofTheDead = join(folder, `postgres.${ended.pid}-0123456789ab.new`);
    const ofLongAgo = join(folder, `postgres.${process.pid}-0123456789ab.new`);
    for (const leftover of [ofTheDead, ofLongAgo]) {
      await mkdir(join(leftover, 'base'), { recursive: true });
      await utimes(leftover, 1, 1);
    }
    await openForTest(folder);
    expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  });

  test('a folder removed under a running server starts afresh', async () => {
    const folder = join(await temporaryDataFolder(), 'data');
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
    const before = await openForTest(join(home, 'before'));
    await rename(join(home, 'before'), join(home, 'after'));
    const after = await openForTest(join(home, 'after'));
    expect(after.url).toBe(before.url);
    await before.close();
    await after.close();
    expect(await postmasterPid(join(home, 'after'))).toBeUndefined();
  });
});

describe('a folder that will not do is refused in one sentence', () => {
  test('when something else is in its place', async () => {
    const file = join(await temporaryDataFolder(), 'file');
    await writeFile(file, '');
    const message = await failureOf(open(join(file, 'data')));
    expect(message).toContain(join(file, 'data'));
    expect(message).toContain('set DATA_DIR');
  });

  test('when an ordinary user may not write it', async () => {
    const folder = await temporaryDataFolder();
    if (isRoot) await chown(folder, nobody, nobody);
    await chmod(folder, 0o500);
    onTestFinished(() => chmod(folder, 0o700));
    expect(await failureOfOrdinaryUser(folder)).toContain(
      `The data folder ${folder} cannot be written (EACCES)`,
    );
    expect(await failureOfOrdinaryUser(join(folder, 'data'))).toContain('set DATA_DIR');
  });

  test('when it is root’s and an ordinary user comes', async () => {
    expect(await failureOfOrdinaryUser('/usr')).toMatch(/\/usr belongs to root \(uid 0\) and you are/);
  });

  test('when it is another user’s and root comes', async (context) => {
    context.skip(!isRoot, 'only root can come as root');
    const folder = await temporaryDataFolder();
    await chown(folder, nobody, nobody);
    expect(await failureOf(open(folder))).toMatch(/belongs to .*uid 65534.* and you are root .*set DATA_DIR/);
  });

  test('when root’s server runs in it and an ordinary user comes', async (context) => {
    context.skip(!isRoot, 'only root can make what is root’s');
    const home = await temporaryDataFolder();
    await chmod(home, 0o755);
    const folder = join(home, 'data');
    await openForTest(folder);
    expect(await failureOfOrdinaryUser(folder)).toMatch(/data belongs to root \(uid 0\) and you are/);
  });

  test('when its cluster is of another PostgreSQL', async () => {
    const folder = await folderWithCluster();
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '14\n');
    expect(await failureOf(open(folder))).toContain('was made by PostgreSQL 14 and this is 18');
  });

  test('when its cluster is only the rest of one', async () => {
    const folder = await folderWithCluster();
    await rm(join(folder, 'postgres', 'PG_VERSION'));
    expect(await failureOf(open(folder))).toContain('is not a complete PostgreSQL cluster');
  });

  test('when the server gives a reason not to start, which is passed on', async () => {
    const folder = await folderWithCluster();
    await rm(join(folder, 'postgres', 'global', 'pg_control'));
    const message = await failureOf(open(folder));
    expect(message).toMatch(/pg_control/);
    expect(message).toContain(join(folder, 'postgres.log'));
  });

  test('when its password is missing or another', async () => {
    const folder = await folderWithCluster();
    await openForTest(folder);
    await writeFile(join(folder, 'postgres.password'), 'guess\n');
    expect(await failureOf(open(folder))).toContain('is not that of');
    await rm(join(folder, 'postgres.password'));
    expect(await failureOf(open(folder))).toContain('is missing');
  });
});

describe('the binaries', () => {
  test('are named as missing where there are none for the platform', async () => {
    const message = await failureOf(findBinaries(undefined, 'plan9-x64'));
    expect(message).toContain('plan9-x64');
    expect(message).toContain('set DATABASE_URL to a PostgreSQL 15 or newer');
  });

  test('get the library links that an installation without scripts leaves out', async () => {
    const folder = await temporaryDataFolder();
    await mkdir(join(folder, 'native', 'lib'), { recursive: true });
    await writeFile(join(folder, 'native', 'lib', 'libpq.so.5.18'), '');
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    await addMissingSymlinks(folder);
    await addMissingSymlinks(folder);
    expect(await readlink(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  });

  test.skipIf(!isLinux)(
    'are copied to where the server’s account can run them, by root alone',
    async (context) => {
      context.skip(!isRoot, 'only root runs the server under another account');
      const folder = await folderWithCluster();
      const native = join(folder, 'native');
      await mkdir(join(native, 'bin'), { recursive: true });
      await writeFile(join(native, 'bin', 'postgres'), '#!/bin/sh\n', { mode: 0o700 });
      const name = `test-${process.pid}-${Date.now()}`;
      const copy = await reachableCopy(native, name);
      onTestFinished(() => rm(copy, { recursive: true, force: true }));
      const asNobody = spawn(join(copy, 'bin', 'postgres'), { uid: nobody, gid: nobody, cwd: '/' });
      expect((await once(asNobody, 'exit'))[0]).toBe(0);

      await chown(copy, nobody, nobody);
      expect(await failureOf(reachableCopy(native, name))).toContain('must be a folder that belongs to root');
      await chown(copy, 0, 0);
      await chmod(copy, 0o777);
      expect(await failureOf(reachableCopy(native, name))).toContain('must be a folder that belongs to root');
      await access(copy);
    },
  );
});

/** What an ordinary user is told there: we ourselves or, when we are root, a process that gave that up. */
async function failureOfOrdinaryUser(folder: string): Promise<string> {
  if (!isRoot) return failureOf(open(folder));
  const report = await new Opener(folder, ['', String(nobody)]).report();
  return 'failure' in report ? report.failure : JSON.stringify(report);
}

async function seatsTaken(url: string, count: number): Promise<void> {
  const seats = "select count(*)::int as count from pg_stat_activity where application_name = 'seat'";
  await vi.waitFor(async () => expect(await query(url, seats)).toEqual([{ count }]), { timeout: 20_000 });
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

/** A cluster whose last server did not clear up, under a process id of our choice. */
async function leaveFileOf(folder: string, pid: number): Promise<void> {
  const server = await open(folder);
  const text = await postmasterFile(folder);
  await server.close();
  await writeFile(join(folder, 'postgres', 'postmaster.pid'), text.replace(/^\d+/, String(pid)), {
    mode: 0o600,
  });
}

async function sessionOf(pid: number): Promise<number> {
  const afterName = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '');
  return Number(afterName.split(' ')[3]);
}
