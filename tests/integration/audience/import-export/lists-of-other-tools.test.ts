import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toolExports } from '../../../support/content/tool-exports.ts';
import { importFile, mailed, standings, tryImport } from '../../../support/database/audience-files.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.db.execute(sql`truncate subscribers, suppressions cascade`));
afterAll(() => database.close());

describe('an export of another tool', () => {
  it.each(toolExports)(
    'of $tool makes of each person what the file says, and a dry run says so before',
    async (tool) => {
      const csv = `${tool.lines.join('\r\n')}\r\n`;
      const { isDryRun, ...foretold } = await importFile(database.db, csv, { isDryRun: true });
      expect(isDryRun).toBe(true);
      expect(await standings(database.db)).toEqual({});

      const { isDryRun: _, ...report } = await importFile(database.db, csv);
      expect(await standings(database.db)).toEqual(tool.standings);
      expect(report).toEqual(foretold);
      const became = Object.values(tool.standings);
      const count = (...of: string[]) => became.filter((standing) => of.includes(standing)).length;
      expect(report).toMatchObject({
        rows: tool.lines.length - 1,
        added: count('confirmed'),
        newlyUnsubscribed: count('unsubscribed'),
        newlySuppressed: count('manual', 'hard_bounce', 'complaint'),
        invalid: tool.leftOut?.length ?? 0,
      });
      expect(report.invalidLines.map(({ line, fault }) => `${line}: ${fault}`)).toEqual(tool.leftOut ?? []);

      // Whatever a later list of mere addresses says, it revives nobody.
      const again = Object.keys(tool.standings).join('\n');
      expect(await importFile(database.db, `email\n${again}\n`)).toMatchObject({ added: 0, ended: 0 });
      expect(await standings(database.db)).toEqual(tool.standings);
    },
  );

  it('names how it was read', async () => {
    const brevo = toolExports.find(({ tool }) => tool === 'Brevo')?.lines.join('\n') ?? '';
    const { understood } = await importFile(database.db, brevo, { isDryRun: true });
    expect(understood).toEqual({
      encoding: 'UTF-8',
      delimiter: ';',
      addresses: 'EMAIL',
      maySayNo: ['EMAIL_BLOCKLISTED'],
      isOwnExport: false,
    });
  });
});

describe('a status', () => {
  const lines = (words: readonly string[]) =>
    `email,status\n${words.map((word, n) => `p${n}@list.example,${word}`).join('\n')}\n`;

  it('that says no in any words is never mailed', async () => {
    const noes = [
      'Unsubscribed',
      'unsubscribed ',
      'cleaned',
      'bounced',
      'hard_bounced',
      'complained',
      'spam',
      'junk',
    ];
    noes.push(
      'archived',
      'deleted',
      'inactive',
      'blocklisted',
      'blacklisted',
      'unconfirmed',
      'opted out',
      'opt_out',
    );
    noes.push(
      'cancelled',
      'canceled',
      'Pending',
      'suppressed',
      'disabled',
      'Invalid',
      'undeliverable',
      'Opted-Out',
    );
    const report = await importFile(database.db, lines([...noes, 'subscribed']));
    expect(report).toMatchObject({ rows: noes.length + 1, added: 1, invalid: 2 });
    expect(await mailed(database.db)).toEqual([`p${noes.length}@list.example`]);
  });

  it('that nobody knows is named by line and never mailed, and is not repeated where it may be an address', async () => {
    const report = await importFile(database.db, lines(['on holiday', 'active', '', 'x@list.example']));
    expect(report.invalidLines).toEqual([
      { line: 2, fault: '"status" is "on holiday", which is not known' },
      { line: 4, fault: '"status" is empty' },
      { line: 5, fault: '"status" holds something else' },
    ]);
    expect(await mailed(database.db)).toEqual(['p1@list.example']);
  });

  it('does not count where fields are missing or left over, since it may be in the wrong column', async () => {
    const csv =
      'email,name,note,unsubscribed\nann@list.example,Lee, Ann,,yes\nbob@list.example,Bob,,no\ncy@list.example,Cy\n';
    expect(await importFile(database.db, csv)).toMatchObject({
      invalidLines: [{ line: 2, fault: expect.stringContaining('more fields than the header') }],
      oddLines: [{ line: 4, fault: 'it has fewer fields than the header' }],
    });
    expect(await mailed(database.db)).toEqual(['bob@list.example', 'cy@list.example']);
  });

  it('of a part of a country is none, and other columns are not read at all', async () => {
    const csv =
      'email,state,plan_status\nann@list.example,Ohio,cancelled\nbob@list.example,Cancelled,active\n';
    await importFile(database.db, csv);
    expect(await standings(database.db)).toEqual({
      'ann@list.example': 'confirmed',
      'bob@list.example': 'unsubscribed',
    });
  });
});

describe('a column of a name that is not known', () => {
  const mailedAfter = async (header: string, ...rows: readonly string[]) => {
    const lines = rows.map((row, n) => `p${n}@list.example,${row}`);
    const report = await importFile(database.db, `email,${header}\n${lines.join('\n')}\n`);
    return { mailed: await mailed(database.db), faults: report.invalidLines.map(({ fault }) => fault) };
  };

  it.each([
    ['Unsubscribed from all email', ['yes', '2024-03-05', 'Unsubscribed']],
    ['Contact opts out', ['TRUE', '1']],
    ['Email bounced on', ['2024-03-05 10:00:00', 'hard bounce']],
    ['Spam complaint received', ['x', 'Complained']],
    ['On blocklist', ['Y']],
    ['Newsletter consent given', ['no', 'false', '0', 'never subscribed']],
    ['Accepts marketing mail', ['N']],
  ])('"%s" is heard where it clearly says no', async (header, noes) => {
    const { mailed: addresses } = await mailedAfter(header, ...noes, '');
    expect(addresses).toEqual([`p${noes.length}@list.example`]);
  });

  it.each([
    ['Unsubscribe link', 'https://list.example/u/1'],
    ['Bounce count', '1'],
    ['Unsubscribe reason', 'none'],
    ['Opted in at', '2024-03-05'],
    ['Spam filter', 'Barracuda'],
    ['Plan status', 'cancelled'],
  ])('"%s" says nothing', async (header, value) => {
    expect(await mailedAfter(header, value)).toEqual({ mailed: ['p0@list.example'], faults: [] });
  });

  it('that is a status of mail is a status, so that no word in it is taken for a yes', async () => {
    expect(await mailedAfter('Email permission status', 'Active', 'Temporary hold', 'Opted out')).toEqual({
      mailed: ['p0@list.example'],
      faults: ['"Email permission status" is "Temporary hold", which is not known'],
    });
  });
});

it('a refusal repeats no address', async () => {
  const refused = await tryImport(database.db, 'ann@list.example;Ann\nbob@list.example;Bob\n');
  expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('addresses, not names') });
  expect(!refused.ok && refused.message).not.toContain('list.example');
});
