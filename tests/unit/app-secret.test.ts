import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolderSecret } from '../../src/app-secret.ts';

test('the secret of a data folder is the same for all who create it at once, and readable by its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-secret-'));
  try {
    const secrets = await Promise.all(
      Array.from({ length: 20 }, () => dataFolderSecret(join(folder, 'data'))),
    );
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await dataFolderSecret(join(folder, 'data'))).toBe(secrets[0]);
    expect(await readdir(join(folder, 'data'))).toEqual(['app-secret']);
    expect((await stat(join(folder, 'data', 'app-secret'))).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
