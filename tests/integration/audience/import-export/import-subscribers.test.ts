import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  importSubscribers,
  type SubscriberImport,
} from '../../../../src/audience/import-export/import-subscribers.ts';
import { suppressAddresses } from '../../../../src/db/queries/audience/suppressions.ts';
import { keysFrom } from '../../../../src/domain/audience/keys.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';
import { must } from '../../../support/pipeline/test-pipeline.ts';

const at = new Date('2026-11-24T09:00:00Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.db.execute(sql`truncate subscribers, suppressions cascade`));
afterAll(() => database.close());

const keys = keysFrom('a secret for tests, and for tests alone');

const run = (csv: string | Iterable<string | Buffer>, consentSource = 'import by Ada (list.csv)') =>
  importSubscribers(database.db, Readable.from(typeof csv === 'string' ? [csv] : csv), {
    consentSource,
    at,
    keys,
  });

const load = async (csv: string | Iterable<string>): Promise<SubscriberImport> => must(await run(csv));

async function people(): Promise<{ email: string; status: string; consent_source: string }[]> {
  const { rows } = await database.db.execute<{ email: string; status: string; consent_source: string }>(
    sql`select email, status, consent_source from subscribers order by id`,
  );
  return rows;
}

const addresses = async () => (await people()).map((person) => person.email);

describe('importing subscribers', () => {
  it("makes rows confirmed subscribers by the importer's word, and stores whose word it was", async () => {
    expect(await load('email\nada@x.example\nbob@x.example\n')).toEqual({
      ok: true,
      rows: 2,
      added: 2,
      unchanged: 0,
      unsubscribed: 0,
      suppressed: 0,
      newlyUnsubscribed: 0,
      newlySuppressed: 0,
      consentedSince: 0,
      ended: 0,
      endsMany: false,
      hashes: 0,
      otherSecret: { inFile: 0, stored: 0 },
      duplicates: 0,
      duplicateLines: [],
      odd: 0,
      oddLines: [],
      invalid: 0,
      invalidLines: [],
      isDryRun: false,
      understood: {
        encoding: 'UTF-8',
        delimiter: ',',
        addresses: 'email',
        maySayNo: [],
        isOwnExport: false,
      },
    });
    expect(await people()).toEqual(
      ['ada@x.example', 'bob@x.example'].map((email) => ({
        email,
        status: 'confirmed',
        consent_source: 'import by Ada (list.csv)',
      })),
    );
    const { rows } = await database.db.execute(
      sql`select from subscribers where confirmed_at = ${at} and consented_at = ${at} and length(reader_token) = 22`,
    );
    expect(rows).toHaveLength(2);
  });

  it('adds nobody the second time, and changes no row', async () => {
    const csv = 'email\nada@x.example\nbob@x.example\n';
    await load(csv);
    const before = await database.db.execute(sql`select s.*, xmin from subscribers s order by id`);
    expect(await load(csv.toUpperCase())).toMatchObject({ rows: 2, added: 0, unchanged: 2 });
    const after = await database.db.execute(sql`select s.*, xmin from subscribers s order by id`);
    expect(after.rows).toEqual(before.rows);
  });

  it('ignores duplicates whatever their case, and names them by line', async () => {
    const report = await load(
      'email\nada@x.example\n\nBob@x.example\nADA@X.EXAMPLE\nbob@X.example\nada@x.example\n',
    );
    expect(report).toMatchObject({
      rows: 5,
      added: 2,
      duplicates: 3,
      duplicateLines: [
        { line: 5, firstLine: 2, disagrees: false },
        { line: 6, firstLine: 4, disagrees: false },
        { line: 7, firstLine: 2, disagrees: false },
      ],
    });
    expect(await addresses()).toEqual(['ada@x.example', 'Bob@x.example']);
  });

  it('leaves out rows without a valid address, and names them by line', async () => {
    const report = await load(
      'email,name\nada@x.example,Ada\n,Nobody\nnot an address,X\n"a\nb@x.example",Two lines\nx@y,Short\n\u0000@x.example,Nul\nbob@x.example',
    );
    expect(report).toMatchObject({ rows: 7, added: 2, invalid: 5 });
    expect(report.invalidLines).toEqual([
      { line: 3, fault: 'empty' },
      { line: 4, fault: 'not an address' },
      { line: 6, fault: 'not an address' },
      { line: 7, fault: 'not an address' },
      { line: 8, fault: 'not an address' },
    ]);
  });

  it('reads a byte order mark, CRLF, quoted fields, extra columns and short rows', async () => {
    const csv =
      '\uFEFFname,E-Mail note,Email ,x\r\n"Ada, the ""first""","a\nb",ada@x.example,1\r\nBob,, bob@x.example \r\nCyd\r\nDan,,"dan@x.example",1,2,3\r\n';
    expect(await load(csv)).toMatchObject({ rows: 4, added: 3, invalid: 1, invalidLines: [{ line: 5 }] });
    expect(await addresses()).toEqual(['ada@x.example', 'bob@x.example', 'dan@x.example']);
  });

  it('reads what Excel saves as Unicode text, and a file without a last line break', async () => {
    const utf16 = Buffer.from('\uFEFFEMAIL,n\r\nada@x.example,é', 'utf16le');
    expect(must(await run([utf16]))).toMatchObject({ added: 1, invalid: 0 });
  });

  it('reads rows that arrive in pieces cut anywhere', async () => {
    const csv = 'email,n\nada@x.example,"é\n🦉"\nbob@x.example,\n';
    expect(must(await run(bytesOf(csv)))).toMatchObject({ added: 2 });
  });

  it.each([
    ['no header', 'ada@x.example\nbob@x.example\n'],
    ['a header without email', 'name;address\nAda;ada@x.example\n'],
    ['two columns email', 'email,Email\nada@x.example,bob@x.example\n'],
    ['nothing in it', ''],
    ['a lone byte order mark', '\uFEFF'],
    ['a quote inside a field at its end', `email\n${'ada@x.example\n'.repeat(3)}a"b@x.example\n`],
    ['a quote that never closes after 6,000 rows', `email\n${manyRows(6_000)}"bob@x.example\n`],
    ['a row that never ends', `email\n"${'x'.repeat(200_000)}`],
  ])('writes nothing when the file has %s, and does not repeat an address', async (_, csv) => {
    const refused = await run(csv);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('Nothing was imported.') });
    expect(!refused.ok && refused.message).not.toContain('x.example');
    expect(await people()).toEqual([]);
  });

  it('writes nothing when reading the file fails', async () => {
    async function* broken() {
      yield `email\n${manyRows(6_000)}`;
      throw new Error('disk gone');
    }
    const csv = Readable.from(broken());
    await expect(importSubscribers(database.db, csv, { consentSource: 'x', at, keys })).rejects.toThrow(
      'disk gone',
    );
    expect(await people()).toEqual([]);
  });

  it('never revives a subscriber who unsubscribed or is suppressed', async () => {
    await addReaders(database.db, 1, 'unsubscribed');
    await addReaders(database.db, 1);
    await suppressAddresses(database.db, [
      { email: 'reader-1@readers.example', reason: 'complaint' },
      { email: 'new@readers.example', reason: 'hard_bounce' },
    ]);
    const report = await load(
      'email\nUnsubscribed-1@readers.example\nREADER-1@readers.example\nNew@Readers.Example\n',
    );
    expect(report).toMatchObject({ rows: 3, added: 0, unchanged: 0, unsubscribed: 1, suppressed: 2 });
    expect((await people()).map(({ email, status }) => [email, status])).toEqual([
      ['unsubscribed-1@readers.example', 'unsubscribed'],
      ['reader-1@readers.example', 'confirmed'],
    ]);
  });

  it("confirms a pending subscriber, with the importer's consent and the token they had", async () => {
    await addReaders(database.db, 1, 'pending');
    const { rows: before } = await database.db.execute(sql`select reader_token from subscribers`);
    expect(await load('email\nPENDING-1@readers.example\n')).toMatchObject({ added: 1 });
    expect(await people()).toEqual([
      { email: 'pending-1@readers.example', status: 'confirmed', consent_source: 'import by Ada (list.csv)' },
    ]);
    const { rows } = await database.db.execute(
      sql`select reader_token from subscribers where confirmed_at = ${at}`,
    );
    expect(rows).toEqual(before);
  });

  it('keeps plus-addresses apart and as typed, and writes domains of other scripts in Punycode', async () => {
    await load(
      'email\nada+news@x.example\nada@x.example\nada@bücher.example\nAda@BÜCHER.example\nx@例え.テスト\n',
    );
    expect(await addresses()).toEqual([
      'ada+news@x.example',
      'ada@x.example',
      'ada@xn--bcher-kva.example',
      'x@xn--r8jz45g.xn--zckzah',
    ]);
  });

  it('imports 20,000 rows, and reports its progress', async () => {
    const seen: number[] = [];
    const csv = Readable.from(['email\n', manyRows(20_000), 'row-7@x.example\n']);
    const onProgress = (rows: number) => seen.push(rows);
    const report = await importSubscribers(database.db, csv, { consentSource: 'x', keys, at, onProgress });
    expect(report).toMatchObject({ rows: 20_001, added: 20_000, duplicates: 1 });
    expect(seen.at(-1)).toBe(20_001);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('names at most a hundred lines, and counts the rest', async () => {
    const report = await load(`email\n${'bad\n'.repeat(300)}${'ada@x.example\n'.repeat(301)}`);
    expect(report).toMatchObject({ invalid: 300, duplicates: 300, added: 1 });
    expect([report.invalidLines.length, report.duplicateLines.length]).toEqual([100, 100]);
  });

  it('lets concurrent imports of the same people take turns', async () => {
    const rows = manyRows(3_000).trim().split('\n');
    const reports = await Promise.all(
      [rows, rows.toReversed(), rows, rows.toReversed()].map((list) => load(`email\n${list.join('\n')}\n`)),
    );
    expect(reports.map((report) => report.added + report.unchanged)).toEqual(Array(4).fill(3_000));
    expect(reports.reduce((sum, report) => sum + report.added, 0)).toBe(3_000);
  });
});

function manyRows(count: number): string {
  return Array.from({ length: count }, (_, n) => `row-${n + 1}@x.example\n`).join('');
}

/** One byte at a time. */
function bytesOf(text: string): Iterable<Buffer> {
  return Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
}
