import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newReaderToken } from '../../../../src/domain/audience/subscriber.ts';
import { importFile, mailed, standings, tryImport } from '../../../support/database/audience-files.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.db.execute(sql`truncate subscribers, suppressions cascade`));
afterAll(() => database.close());

const reader = 'reader-1@readers.example';

/** Somebody who signed up and confirmed here. */
const addSignedUp = (email: string, confirmedAt: string) =>
  database.db.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, consent_network, consented_at, confirmed_at)
    values (${email}, 'confirmed', ${newReaderToken()}, 'sign-up page', 'network', ${confirmedAt}, ${confirmedAt})`);

describe('a row that says no', () => {
  it('ends a subscription, and is remembered of people who are not known, so that no later list adds them', async () => {
    await importFile(database.db, 'email\nReader-1@readers.example\n');
    const no = `email,status\n${reader},unsubscribed\nstranger@list.example,unsubscribed\n`;
    expect(await importFile(database.db, no)).toMatchObject({
      ...{ rows: 2, added: 0, newlyUnsubscribed: 2, ended: 1, unsubscribed: 0 },
    });
    expect(await importFile(database.db, `email\nSTRANGER@list.example\n${reader}\n`)).toMatchObject({
      ...{ added: 0, unsubscribed: 2 },
    });
    expect(await standings(database.db)).toEqual({
      [reader]: 'unsubscribed',
      'stranger@list.example': 'unsubscribed',
    });
    const { rows } = await database.db.execute(sql`select goodbye_due from subscribers`);
    expect(rows).toEqual([{ goodbye_due: false }, { goodbye_due: false }]);
  });

  it('changes nothing the second time', async () => {
    await addReaders(database.db, 1);
    const no = `email,status\n${reader},complained\nleft@list.example,unsubscribed\nbad@list.example,bounced\n`;
    await importFile(database.db, no);
    const all = () =>
      database.db.execute(sql`
        select email, status, unsubscribed_at, xmin::text from subscribers
        union all select email, reason, created_at, xmin::text from suppressions order by 1, 2`);
    const before = (await all()).rows;
    expect(await importFile(database.db, no)).toMatchObject({
      ...{ newlyUnsubscribed: 0, newlySuppressed: 0, unsubscribed: 1, suppressed: 2, ended: 0 },
    });
    expect((await all()).rows).toEqual(before);
  });

  it('ends a subscription that waits for its confirmation, so that no list confirms it', async () => {
    await addReaders(database.db, 1, 'pending');
    const email = 'pending-1@readers.example';
    expect(await importFile(database.db, `email,status\n${email},left\n`)).toMatchObject({
      ...{ newlyUnsubscribed: 1, ended: 0 },
    });
    expect(await importFile(database.db, `email\n${email}\n`)).toMatchObject({ added: 0, unsubscribed: 1 });
  });

  it('stays a no where the same file also says yes, and the lines are named', async () => {
    const csv = `email,status\n${reader},active\nann@list.example,active\n${reader},unsubscribed\nann@list.example,active\n`;
    expect(await importFile(database.db, csv)).toMatchObject({
      ...{ added: 1, newlyUnsubscribed: 1, duplicates: 2 },
      duplicateLines: [
        { line: 4, firstLine: 2, disagrees: true },
        { line: 5, firstLine: 3, disagrees: false },
      ],
    });
    expect(await mailed(database.db)).toEqual(['ann@list.example']);
  });

  it('does not count against somebody who signed up here after it was said', async () => {
    await addSignedUp('older@list.example', '2026-05-01T12:00:00Z');
    await addSignedUp('newer@list.example', '2026-05-01T12:00:00Z');
    await addSignedUp('day@list.example', '2026-05-01T12:00:00Z');
    await addSignedUp('untimed@list.example', '2026-05-01T12:00:00Z');
    await addSignedUp('changed@list.example', '2026-05-01T12:00:00Z');
    const csv = [
      'email,status,unsubscribed_at,updated_at',
      'older@list.example,unsubscribed,2026-05-01T11:59:59Z,',
      'newer@list.example,unsubscribed,2026-05-01 12:00:01,',
      'day@list.example,unsubscribed,2026-05-01,',
      'untimed@list.example,unsubscribed,last spring,',
      'changed@list.example,bounced,,2026-04-01 00:00:00 UTC',
    ].join('\n');
    expect(await importFile(database.db, csv)).toMatchObject({
      consentedSince: 2,
      newlyUnsubscribed: 3,
      ended: 3,
    });
    expect(await mailed(database.db)).toEqual(['changed@list.example', 'older@list.example']);
  });

  it('counts, however old it is, against the word of an importer', async () => {
    await importFile(database.db, `email\n${reader}\n`);
    await importFile(database.db, `email,unsubscribed_at\n${reader},2019-01-01\n`);
    expect(await mailed(database.db)).toEqual([]);
  });

  it('suppresses somebody who was erased by the hash alone, and stores no address', async () => {
    const keys = { hashAddress: () => 'h'.repeat(43), secretId: () => 'id' };
    await database.db.execute(
      sql`insert into erased_addresses (address_hash, erased_at, secret_id) values (${'h'.repeat(43)}, now(), 'id')`,
    );
    expect(await importFile(database.db, 'email,status\ngone@list.example,spam\n', { keys })).toMatchObject({
      newlySuppressed: 1,
    });
    const { rows } = await database.db.execute(sql`select suppression from erased_addresses`);
    expect([rows, await standings(database.db)]).toEqual([[{ suppression: 'complaint' }], {}]);
    await database.db.execute(sql`truncate erased_addresses`);
  });
});

describe('a file that ends many subscriptions', () => {
  const noes = (count: number) =>
    `email,status\n${Array.from({ length: count }, (_, n) => `reader-${n + 1}@readers.example,unsubscribed\n`).join('')}`;

  it.each([
    { readers: 490, ends: 50, isRefused: true },
    { readers: 500, ends: 50, isRefused: false },
    { readers: 60, ends: 49, isRefused: false },
  ])('$ends of $readers: waits for a person? $isRefused', async ({ readers, ends, isRefused }) => {
    await addReaders(database.db, readers);
    const before = await mailed(database.db);
    expect(await importFile(database.db, noes(ends), { isDryRun: true })).toMatchObject({
      ...{ ended: ends, endsMany: isRefused },
    });
    const result = await tryImport(database.db, noes(ends));
    expect((await mailed(database.db)).length).toBe(isRefused ? readers : readers - ends);
    if (!isRefused) return expect(result.ok).toBe(true);
    expect(result).toMatchObject({
      waitsForPerson: true,
      message: `This file would end ${ends} of ${readers} subscriptions, so nothing was imported. --dry-run shows what it says; if that is right, import it with --yes.`,
    });
    expect(await mailed(database.db)).toEqual(before);
    expect(await importFile(database.db, noes(ends), { mayEndMany: true })).toMatchObject({ ended: ends });
  });
});

describe('a list of people who left', () => {
  const left =
    'email,"First Name","UNSUB_TIME","UNSUB_REASON"\nann@list.example,Ann,"2025-02-02 10:00:00",OTHER\n';
  const cleaned =
    'Email Address,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\nbob@list.example,2025-02-02 10:00:00,Issue 9\n';

  it.each([
    { csv: left, column: 'UNSUB_TIME', as: undefined },
    { csv: left, column: 'UNSUB_TIME', as: 'confirmed' as const },
    { csv: cleaned, column: 'CLEAN_TIME', as: undefined },
  ])('is never taken as consent: $column, --as $as', async ({ csv, column, as }) => {
    const refused = await tryImport(database.db, csv, { as });
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining(`"${column}"`) });
    expect(!refused.ok && refused.message).toContain('--as unsubscribed');
    expect(await standings(database.db)).toEqual({});
  });

  it('is taken with --as, with the time when they left', async () => {
    await importFile(database.db, left, { as: 'unsubscribed' });
    await importFile(database.db, cleaned, { as: 'suppressed' });
    expect(await standings(database.db)).toEqual({
      'ann@list.example': 'unsubscribed',
      'bob@list.example': 'hard_bounce',
    });
    const { rows } = await database.db.execute(
      sql`select from subscribers where unsubscribed_at = '2025-02-02T10:00:00Z' and confirmed_at is null`,
    );
    expect(rows).toHaveLength(1);
  });

  it('may be any list, whose columns may still say worse', async () => {
    const csv =
      'email,status\nann@list.example,active\nbob@list.example,who knows\ncy@list.example,complained\n';
    expect(await importFile(database.db, csv, { as: 'suppressed' })).toMatchObject({
      newlySuppressed: 3,
      invalid: 0,
    });
    expect(await standings(database.db)).toEqual({
      'ann@list.example': 'manual',
      'bob@list.example': 'manual',
      'cy@list.example': 'complaint',
    });
  });
});
