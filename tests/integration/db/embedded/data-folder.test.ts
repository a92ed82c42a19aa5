import { chmod, chown, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  failureOf,
  folderWithCluster,
  isRoot,
  nobody,
  Opener,
  open,
  openForTest,
  temporaryDataFolder,
} from '../../../support/database/embedded-processes.ts';

describe('an unusable folder is refused in one sentence', () => {
  test('when a file is in its place', async () => {
    const file = join(await temporaryDataFolder(), 'file');
    await writeFile(file, '');
    const message = await failureOf(open(join(file, 'data')));
    expect(message).toContain(join(file, 'data'));
    expect(message).toContain('set DATA_DIR');
  });

  test('when an unprivileged user may not write to it', async () => {
    const folder = await temporaryDataFolder();
    if (isRoot) await chown(folder, nobody, nobody);
    await chmod(folder, 0o500);
    onTestFinished(() => chmod(folder, 0o700));
    expect(await failureOfOrdinaryUser(folder)).toContain(
      `The data folder ${folder} cannot be written (EACCES)`,
    );
    expect(await failureOfOrdinaryUser(join(folder, 'data'))).toContain('set DATA_DIR');
  });

  test('when it belongs to root and the user is unprivileged', async () => {
    expect(await failureOfOrdinaryUser('/usr')).toMatch(/\/usr belongs to root \(uid 0\) and you are/);
  });

  test('when it belongs to another user and we are root', async (context) => {
    context.skip(!isRoot, 'needs root');
    const folder = await temporaryDataFolder();
    await chown(folder, nobody, nobody);
    expect(await failureOf(open(folder))).toMatch(/belongs to .*uid 65534.* and you are root .*set DATA_DIR/);
  });

  test('when root’s server runs in it and the user is unprivileged', async (context) => {
    context.skip(!isRoot, 'needs root');
    const home = await temporaryDataFolder();
    await chmod(home, 0o755);
    const folder = join(home, 'data');
    await rename(await folderWithCluster(), folder);
    await openForTest(folder);
    expect(await failureOfOrdinaryUser(folder)).toMatch(/data belongs to root \(uid 0\) and you are/);
  });

  test('when another major version made its cluster', async () => {
    const folder = await folderWithCluster();
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '14\n');
    expect(await failureOf(open(folder))).toContain('was made by PostgreSQL 14 and this is 18');
  });

  test('when its cluster is incomplete', async () => {
    const folder = await folderWithCluster();
    await rm(join(folder, 'postgres', 'PG_VERSION'));
    expect(await failureOf(open(folder))).toContain('is not a complete PostgreSQL cluster');
  });

  test('with the server’s own reason when it does not start', async () => {
    const folder = await folderWithCluster();
    await rm(join(folder, 'postgres', 'global', 'pg_control'));
    const message = await failureOf(open(folder));
    expect(message).toMatch(/pg_control/);
    expect(message).toContain(join(folder, 'postgres.log'));
  });

  test('when its password file is missing or wrong', async () => {
    const folder = await folderWithCluster();
    await openForTest(folder);
    await writeFile(join(folder, 'postgres.password'), 'guess\n');
    expect(await failureOf(open(folder))).toContain('is not that of');
    await rm(join(folder, 'postgres.password'));
    expect(await failureOf(open(folder))).toContain('is missing');
  });
});

/** The failure that an unprivileged user gets: we ourselves or, when we are root, a process that gave up root. */
async function failureOfOrdinaryUser(folder: string): Promise<string> {
  if (!isRoot) return failureOf(open(folder));
  const report = await new Opener(folder, ['', String(nobody)]).report();
  return 'failure' in report ? report.failure : JSON.stringify(report);
}
