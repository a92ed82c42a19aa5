import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, mkdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addMissingSymlinks, findBinaries, reachableCopy } from '../../../../src/db/embedded/binaries.ts';
import {
  failureOf,
  isLinux,
  isRoot,
  nobody,
  temporaryDataFolder,
} from '../../../support/database/embedded-processes.ts';

describe('the binaries', () => {
  test('are reported as missing where there are none for the platform', async () => {
    const message = await failureOf(findBinaries(undefined, 'plan9-x64'));
    expect(message).toContain('plan9-x64');
    expect(message).toContain('set DATABASE_URL to a PostgreSQL 15 or newer');
  });

  test('get the library links that an installation without scripts lacks', async () => {
    const folder = await temporaryDataFolder();
    await mkdir(join(folder, 'native', 'lib'), { recursive: true });
    await writeFile(join(folder, 'native', 'lib', 'libpq.so.5.18'), '');
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    await addMissingSymlinks(folder);
    await addMissingSymlinks(folder);
    expect(await readlink(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  });

  test.skipIf(!isLinux)('are copied by root to where the server’s account can run them', async (context) => {
    context.skip(!isRoot, 'needs root');
    const folder = await temporaryDataFolder();
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
  });
});
