import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportSubscribers } from '../../../../src/audience/import-export/export-subscribers.ts';
import { suppressAddresses } from '../../../../src/db/queries/audience/suppressions.ts';
import { exportFile, importFile, standings } from '../../../support/database/audience-files.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.db.execute(sql`truncate subscribers, suppressions cascade`));
afterAll(() => database.close());

const empty = () => database.db.execute(sql`truncate subscribers, suppressions cascade`);

async function addresses(): Promise<string[]> {
  const { rows } = await database.db.execute<{ email: string }>(
    sql`select email from subscribers order by id`,
  );
  return rows.map(({ email }) => email);
}

describe('exporting subscribers', () => {
  it('has a row per subscriber, with status and suppression, and one per address that is only suppressed', async () => {
    const createdAt = new Date('2026-02-03T04:05:06Z');
    await addReaders(database.db, 2);
    await addReaders(database.db, 1, 'pending');
    await suppressAddresses(database.db, [
      { email: 'reader-2@readers.example', reason: 'complaint', createdAt },
      { email: 'stranger@x.example', reason: 'manual', detail: 'by telephone', createdAt },
    ]);
    expect((await exportFile(database.db)).split('\n')).toEqual([
      'email,status,consent_source,confirmed_at,unsubscribed_at,paused_until,suppressed,address_hash,secret_id,consented_at,consent_wording,consent_network,suppressed_at,suppression_detail',
      'reader-1@readers.example,confirmed,test,2026-01-05T12:00:00.000Z,,,,,,,,,,',
      'reader-2@readers.example,confirmed,test,2026-01-05T12:00:00.000Z,,,complaint,,,,,,2026-02-03T04:05:06.000Z,',
      'pending-1@readers.example,pending,test,,,,,,,,,,,',
      'stranger@x.example,suppressed,,,,,manual,,,,,,2026-02-03T04:05:06.000Z,by telephone',
      '',
    ]);
  });

  it('keeps a spreadsheet from running an address or a source as a formula', async () => {
    await importFile(database.db, 'email\n=cmd|calc@x.example\n+1@x.example\n-2@x.example\n');
    const consentSource = '=HYPERLINK("http://evil.example","x"),\n"second"';
    await importFile(database.db, 'email\nada@x.example\n', { consentSource });
    const csv = await exportFile(database.db);
    for (const line of csv.split('\n')) expect(line).not.toMatch(/(^|,)"?[=+\-@]/);
    await empty();
    await importFile(database.db, csv);
    const { rows } = await database.db.execute(
      sql`select consent_source as source from subscribers where email = 'ada@x.example'`,
    );
    expect(rows).toEqual([{ source: consentSource }]);
  });

  it('round-trips: importing it here changes nothing, and elsewhere gives the same people', async () => {
    await importFile(
      database.db,
      "email\n=cmd@x.example\n+tag@x.example\n-dash@x.example\nO'Hara@x.example\nleft@x.example\n",
    );
    await addReaders(database.db, 1, 'unsubscribed');
    await addReaders(database.db, 1, 'pending');
    await suppressAddresses(database.db, [{ email: 'left@x.example', reason: 'hard_bounce' }]);
    const csv = await exportFile(database.db);
    const before = await standings(database.db);
    expect(await importFile(database.db, csv)).toMatchObject({
      ...{ rows: 7, added: 0, unchanged: 4, suppressed: 1, unsubscribed: 1, invalid: 1 },
      ...{ newlySuppressed: 0, newlyUnsubscribed: 0, ended: 0 },
    });
    expect(await standings(database.db)).toEqual(before);
    await empty();
    expect(await importFile(database.db, csv)).toMatchObject({
      ...{ rows: 7, added: 4, newlySuppressed: 1, newlyUnsubscribed: 1, ended: 0, invalid: 1 },
      invalidLines: [{ fault: 'pending in this file' }],
    });
    const { 'pending-1@readers.example': _, ...settled } = before;
    expect(await standings(database.db)).toEqual(settled);
    expect((await addresses()).toSorted()).toEqual([
      '+tag@x.example',
      '-dash@x.example',
      '=cmd@x.example',
      "O'Hara@x.example",
      'left@x.example',
      'unsubscribed-1@readers.example',
    ]);
  });

  it('has everybody once, over several pages and while others sign up', async () => {
    await importFile(
      database.db,
      `email\n${Array.from({ length: 12_001 }, (_, n) => `row-${n + 1}@x.example\n`).join('')}`,
    );
    const lines: string[] = [];
    for await (const part of exportSubscribers(database.db)) {
      if (lines.length === 0) await addReaders(database.db, 5);
      lines.push(...part.trim().split('\n'));
    }
    const seen = lines.slice(1).map((line) => line.split(',')[0]);
    expect([seen.length, new Set(seen).size]).toEqual([12_006, 12_006]);
  });

  it('of an empty audience is only the header', async () => {
    expect((await exportFile(database.db)).split('\n')).toHaveLength(2);
  });
});
