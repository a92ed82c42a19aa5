import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importFile, mailed, tryImport } from '../../../support/database/audience-files.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.db.execute(sql`truncate subscribers, suppressions cascade`));
afterAll(() => database.close());

const bom = '\uFEFF';
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('line ends', () => {
  it.each([
    ['CRLF, then LF', 'email,name\r\na@x.example,A\nb@x.example,B\nc@x.example,C\n'],
    ['LF within CRLF', 'email\r\na@x.example\r\nb@x.example\nc@x.example\r\n'],
    ['CR alone', 'email,name\ra@x.example,A\rb@x.example,B\rc@x.example,C'],
    ['all three', 'email\na@x.example\r\nb@x.example\rc@x.example\n'],
    ['empty lines of all kinds', '\r\n\n  \nemail\r\r\na@x.example\n\r\nb@x.example\r\n\r\nc@x.example'],
  ])('of every kind end a row: %s', async (_, csv) => {
    expect(await importFile(database.db, csv)).toMatchObject({ rows: 3, added: 3, odd: 0 });
    expect(await mailed(database.db)).toEqual(['a@x.example', 'b@x.example', 'c@x.example']);
  });

  it('in quotes are part of a field, and lines keep their numbers', async () => {
    const csv = 'email,note\r\na@x.example,"one\r\ntwo\nthree"\r\nbad,\r\nb@x.example,\r\n';
    expect(await importFile(database.db, csv)).toMatchObject({ added: 2, invalidLines: [{ line: 5 }] });
  });

  it('in a field with addresses are named: a quote may have swallowed people', async () => {
    const csv = 'email,name\na@x.example,"A\nb@x.example,B\nc@x.example,C"\nd@x.example,D\n';
    expect(await importFile(database.db, csv)).toMatchObject({
      ...{ rows: 2, added: 2, odd: 1 },
      oddLines: [{ line: 4, fault: expect.stringContaining('is a quote missing?') }],
    });
  });

  it('are found where a piece of the file ends between CR and LF', async () => {
    const row = `${'x'.repeat(20)}@x.example\r\n`;
    const csv = `email\r\n${Array.from({ length: 6_000 }, (_, n) => `${n}${row}`).join('')}`;
    expect(await importFile(database.db, csv)).toMatchObject({ rows: 6_000, added: 6_000 });
  });
});

describe('encodings and delimiters', () => {
  it.each<[string, string | Buffer, string, string]>([
    ['UTF-8 with a byte order mark and semicolons', `${bom}email;name\r\na@x.example;Zoë\r\n`, 'UTF-8', ';'],
    ['a line sep=;', `${bom}sep=;\r\nname;email\r\nZoë;a@x.example\r\n`, 'UTF-8', ';'],
    ['a line sep=|', 'sep=|\nname|email\nZoë|a@x.example\n', 'UTF-8', '|'],
    ['tabs, and nothing in the first column', '\temail\n\ta@x.example\n', 'UTF-8', '\t'],
    [
      'UTF-16LE with tabs, as Excel writes it',
      Buffer.from(`${bom}email\tname\r\na@x.example\tZoë\r\n`, 'utf16le'),
      'UTF-16LE',
      '\t',
    ],
    ['UTF-16BE', bigEndian(`${bom}name,email\r\nZoë 🦉,a@x.example\r\n`), 'UTF-16BE', ','],
    ['commas in names of columns', 'email;"name, first"\na@x.example;Zoë\n', 'UTF-8', ';'],
    ['a name of a column over two lines', '"Name\nand more",E-Mail\nZoë,a@x.example\n', 'UTF-8', ','],
  ])('are found: %s', async (_, csv, encoding, delimiter) => {
    expect(await importFile(database.db, csv)).toMatchObject({
      added: 1,
      understood: { encoding, delimiter },
    });
    expect(await mailed(database.db)).toEqual(['a@x.example']);
  });

  it('can be named', async () => {
    const latin = Buffer.from('name|e-mail\nZoë|a@x.example\n', 'latin1');
    const named = { encoding: 'windows-1252', delimiter: '|' };
    expect(await importFile(database.db, latin, named)).toMatchObject({ added: 1 });
    const japanese = Buffer.from([...Buffer.from('email,name\nb@x.example,'), 0x93, 0x8c, 0x8b, 0x9e, 0x0a]);
    expect(await importFile(database.db, japanese, { encoding: 'shift_jis' })).toMatchObject({ added: 1 });
    const withMark = `${bom}email\nc@x.example\n`;
    expect(await importFile(database.db, withMark, { encoding: 'windows-1252' })).toMatchObject({ added: 1 });
  });

  it.each<[string, string | Buffer, RegExp]>([
    [
      'Latin-1',
      Buffer.from('email,name\na@x.example,A\nb@x.example,Zoë\n', 'latin1'),
      /^line 3 is not UTF-8 text.*--encoding windows-1252/,
    ],
    [
      'UTF-16LE without a mark',
      Buffer.from('email\na@x.example\n', 'utf16le'),
      /^line 1 is not UTF-8 text.*--encoding utf-16le/,
    ],
    [
      'UTF-16BE without a mark',
      bigEndian('email\na@x.example\n'),
      /^line 1 is not UTF-8 text.*--encoding utf-16be/,
    ],
    [
      'half a character of UTF-16',
      Buffer.from(`${bom}email\na@x.example`, 'utf16le').subarray(0, -1),
      /^it is not UTF-16LE text/,
    ],
    ['a delimiter that is not known', 'name|email\nA|a@x.example\n', /it has name\|email\..*--delimiter/],
    ['an open quote in the header', '"email\na@x.example\n', /a quote that opens there is never closed/],
  ])('are refused by name: %s', async (_, csv, says) => {
    const refused = await tryImport(database.db, csv);
    expect(refused).toMatchObject({ ok: false, message: expect.stringMatching(says) });
    expect(await mailed(database.db)).toEqual([]);
  });
});

describe('the column of addresses', () => {
  it.each([
    'email',
    'E-Mail',
    'Email Address',
    'email_address',
    'Subscriber',
    'E-mail 1 - Value',
    ' "EMAIL" ',
  ])('may be called %s', async (name) => {
    expect(await importFile(database.db, `${name},other\na@x.example,1\n`)).toMatchObject({ added: 1 });
  });

  it('is rather "email" than "subscriber", and is the one that is named', async () => {
    await importFile(database.db, 'Subscriber,Email\nyes,a@x.example\n');
    await importFile(database.db, 'email,work\nb@x.example,c@x.example\n', { column: 'Work' });
    expect(await mailed(database.db)).toEqual(['a@x.example', 'c@x.example']);
  });

  it.each([
    ['Email,E-mail\na@x.example,b@x.example\n', undefined, /both "Email" and "E-mail"/],
    ['name,town\nA,Bern\n', undefined, /one column "email"; it has name, town\..*--column/],
    ['email\na@x.example\n', 'work', /one column "work"; it has email/],
  ])('must be one: %j, --column %s', async (csv, column, says) => {
    expect(await tryImport(database.db, csv, { column })).toMatchObject({
      message: expect.stringMatching(says),
    });
  });
});

describe('an address', () => {
  it('loses what cannot be seen at its edges, and the apostrophe of a spreadsheet', async () => {
    const typed = [
      '\u200Ba@x.example',
      '\u200Eb@x.example',
      '\u202Ac@x.example\u202C',
      'd@x.example\u200B',
      "'e@x.example",
      '\u00A0f@x.example',
    ];
    expect(await importFile(database.db, `email\n${typed.join('\n')}\n`)).toMatchObject({ added: 6 });
    expect(await mailed(database.db)).toEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@x.example`),
    );
  });

  it('with a hidden character inside is left out, and the message says where', async () => {
    const csv = 'email\nann@x.exa\u00ADmple\n\u200Ban\u200Bn@x.example\n';
    expect((await importFile(database.db, csv)).invalidLines).toEqual([
      { line: 2, fault: 'character 10 is hidden (U+00AD)' },
      { line: 3, fault: 'character 3 is hidden (U+200B)' },
    ]);
  });
});
