import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { type TestDatabase, testDatabase } from '../support/database/test-database.ts';

describe('a command that is interrupted', () => {
  let cli: Cli;
  let database: TestDatabase;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [cli, database] = await Promise.all([Cli.open(), testDatabase()]);
    env = { DATABASE_URL: database.url, APP_SECRET: 'a secret of this test, long enough' };
  });

  afterAll(() => Promise.all([cli.remove(), database.close()]));

  it('imports nothing of a list that it only read in part', async () => {
    const rows = Array.from({ length: 110_000 }, (_, at) => `reader-${at}@readers.example\n`);
    const { child, finished } = cli.start(['subscribers', 'import', '-', '--json'], {
      env,
      input: `email\n${rows.join('')}`,
      stdinStaysOpen: true,
    });
    await readUntil(child.stderr, 'rows …');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/Stopped\. Nothing was left half done: run it again to continue\.\n$/);
    expect(JSON.parse(stdout)).toHaveProperty('error');
    const left = await database.pool.query('select count(*)::int as n from subscribers');
    expect(left.rows[0].n).toBe(0);
  });

  it('closes the preview', async () => {
    const { child, finished } = cli.start(['preview', '--port', '0'], { env });
    const url = /http:\S+/.exec(await readUntil(child.stdout, 'Preview at'))?.[0] ?? '';
    expect((await fetch(url)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await finished).toMatchObject({ code: 0 });
    await expect(fetch(url)).rejects.toThrow();
  });
});

/** The text of the stream up to and including these words. */
function readUntil(stream: Readable | null, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream?.on('data', (chunk) => {
      text += chunk;
      if (text.includes(words)) resolve(text);
    });
    stream?.once('close', () => reject(new Error(`closed after: ${text}`)));
  });
}
