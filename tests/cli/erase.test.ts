import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEmbedded } from '../../src/db/embedded/index.ts';
import { Cli } from '../support/cli.ts';
import { copyFolder } from '../support/database/copy-folder.ts';

describe('subscribers erase', () => {
  let cli: Cli;
  let server: Awaited<ReturnType<typeof openEmbedded>>;

  beforeAll(async () => {
    cli = await Cli.open();
    await copyFolder(`${inject('modelFolder')}/.`, cli.dataDir);
    server = await openEmbedded(cli.dataDir, { unsafeFast: true });
  });

  afterAll(async () => {
    await server.close();
    await cli.remove();
  });

  const importBoth = () =>
    cli.json(['subscribers', 'import', '-'], { input: 'email\nada@readers.example\nbob@readers.example\n' });

  it('erases a person, and an import does not add them again', async () => {
    expect(await importBoth()).toMatchObject({ added: 2 });
    const erased = await cli.run(['subscribers', 'erase', 'ADA@readers.example']);
    expect(erased).toMatchObject({ code: 0, stdout: 'Erased.\n', stderr: '' });
    expect(await cli.run(['subscribers', 'erase', 'ada@readers.example'])).toMatchObject({
      code: 1,
      stderr: 'No subscriber has that address.\n',
    });
    expect(await importBoth()).toMatchObject({ added: 0, unchanged: 1, unsubscribed: 1 });
    expect(await cli.run(['subscribers', 'show', 'ada@readers.example'])).toMatchObject({ code: 1 });
  });

  it('asks for APP_SECRET when DATABASE_URL is set', async () => {
    const env = { DATABASE_URL: server.url };
    const start = await cli.run(['start'], { env: { ...env, PORT: '0', PREVIEW_PORT: '0' } });
    expect(start).toMatchObject({ code: 1, stderr: expect.stringContaining('APP_SECRET is not set') });
    const erase = await cli.run(['subscribers', 'erase', 'bob@readers.example'], { env });
    expect(erase).toMatchObject({ code: 1, stderr: expect.stringContaining('openssl rand -base64 32') });
  });
});
