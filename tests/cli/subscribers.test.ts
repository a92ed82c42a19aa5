import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { type TestDatabase, testDatabase } from '../support/database/test-database.ts';

describe('subscribers, by hand', () => {
  let cli: Cli;
  let database: TestDatabase;
  const by = ['--by', 'Ada', '--reason', 'they wrote to us'];
  const subscribers = (...args: string[]) => cli.json(['subscribers', ...args]);
  const refused = (...args: string[]) => cli.run(['subscribers', ...args]);
  const show = (email: string) => subscribers('show', email);

  beforeAll(async () => {
    database = await testDatabase();
    cli = await Cli.openOn(database);
    const rows = ['ada', 'bob', 'cleo', 'dan', 'eve'].map((name) => `${name}@readers.example`);
    await cli.json(['subscribers', 'import', '-'], { input: `email\n${rows.join('\n')}\n` });
  });

  afterAll(async () => {
    await cli.remove();
    await database.close();
  });

  it('counts them by what they are, and lists the newest', async () => {
    await subscribers('suppress', 'eve@readers.example', ...by);
    await subscribers('unsubscribe', 'dan@readers.example', ...by);
    await subscribers('suppress', 'nobody@readers.example', ...by);
    expect(await subscribers('count')).toEqual({
      ...{ confirmed: 3, paused: 0, suppressed: 2, pending: 0, unsubscribed: 1, forgotten: 0 },
    });
    const { stdout } = await refused('list', '--limit', '3');
    expect(stdout).toMatch(
      /^\d{4}-\d\d-\d\d {2}suppressed {4}nobody@readers\.example\n.* {2}suppressed {4}eve@.*\n.* {2}unsubscribed {2}dan@.*\n$/,
    );
    expect(await subscribers('list', '--state', 'confirmed', '--limit', '1')).toMatchObject({
      readers: [{ email: 'cleo@readers.example', state: 'confirmed' }],
    });
    expect(await refused('list', '--state', 'pending')).toMatchObject({ code: 0, stdout: 'Nobody.\n' });
    expect(await refused('list', '--limit', '0')).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('Expected a number from 1 to 1000.') },
    });
  });

  it('ends a subscription once, and says who ended it and why', async () => {
    const bob = ['unsubscribe', 'BOB@readers.example', ...by];
    expect(await subscribers(...bob)).toEqual({ status: 'unsubscribed', changed: true });
    const first = await show('bob@readers.example');
    expect(first).toMatchObject({ status: 'unsubscribed', leftBy: 'by Ada: they wrote to us' });
    expect(await refused(...bob)).toMatchObject({
      ...{ code: 0, stdout: 'They had unsubscribed before; nothing changed.\n' },
    });
    expect(await show('bob@readers.example')).toEqual(first);
    expect(await refused('unsubscribe', 'zoe@readers.example', ...by)).toMatchObject({
      ...{ code: 1, stderr: 'No subscriber has that address.\n' },
    });
    expect(await refused('unsubscribe', 'ada@readers.example', '--by', 'Ada')).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining("'--reason <text>' not specified") },
    });
  });

  it('lifts a suppression by name and with a reason, and keeps both', async () => {
    await subscribers('suppress', 'cleo@readers.example', '--reason', 'a bounce in our helpdesk');
    const cleo = ['unsuppress', 'cleo@readers.example', '--by', 'Ada', '--reason', 'the mailbox works again'];
    const lifted = await refused(...cleo);
    expect(lifted).toMatchObject({ code: 0, stderr: '' });
    expect(lifted.stdout).toContain('take it off there as well');
    expect(await show('cleo@readers.example')).toMatchObject({
      suppression: null,
      lifts: [
        {
          ...{ reason: 'manual', detail: 'a bounce in our helpdesk' },
          source: 'by Ada: the mailbox works again',
        },
      ],
    });
    expect((await refused('show', 'cleo@readers.example')).stdout).toMatch(
      /Suppression lifted .*: manual, by Ada: the mailbox works again/,
    );
    expect(await refused(...cleo)).toMatchObject({ code: 1, stderr: 'That address is not suppressed.\n' });
    expect(await refused('unsuppress', 'cleo@readers.example')).toMatchObject({ code: 2 });
  });

  it('does not lift a complaint', async () => {
    await cli.json(['subscribers', 'import', '-'], {
      input: 'email,status\nada@readers.example,complained\n',
    });
    const answer = await refused('unsuppress', 'ada@readers.example', ...by);
    expect(answer).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/reported mail as spam\. Only they can lift that/) },
    });
    expect(await show('ada@readers.example')).toMatchObject({ suppression: { reason: 'complaint' } });
  });
});
