import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { eraseByHand } from '../../../../src/audience/data/erase.ts';
import { findReader } from '../../../../src/audience/data/find-reader.ts';
import { exportSubscribers } from '../../../../src/audience/import-export/export-subscribers.ts';
import { importSubscribers } from '../../../../src/audience/import-export/import-subscribers.ts';
import { forgetReaders } from '../../../../src/audience/leave/forget-readers.ts';
import { checkSecret } from '../../../../src/doctor/secret.ts';
import { keysFrom } from '../../../../src/domain/audience/keys.ts';
import { newReaderToken } from '../../../../src/domain/audience/subscriber.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { tablesWith } from '../../../support/database/tables-with.ts';
import { leftDaysAgo } from '../../../support/pipeline/former-readers.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const ada = 'reader-1@readers.example';
const otherKeys = keysFrom('another secret for tests, and for tests alone');

let pipeline: TestPipeline;
beforeEach(() => {
  pipeline = shared.empty();
});

async function forget(...emails: readonly string[]): Promise<void> {
  await leftDaysAgo(pipeline, 400, ...emails);
  expect(await forgetReaders(pipeline)).toBe(emails.length);
}

async function importCsv(csv: string, keys = pipeline.keys) {
  const options = { consentSource: 'import by Ada (list.csv)', at: tuesday, keys };
  return must(await importSubscribers(pipeline.db, Readable.from([csv]), options));
}

async function exported(): Promise<string> {
  let csv = '';
  for await (const part of exportSubscribers(pipeline.db)) csv += part;
  return csv;
}

const emptied = () => pipeline.database.reset();

describe('an import', () => {
  it('recognises who was forgotten, in any case, and adds the others', async () => {
    await addReaders(pipeline.db, 2);
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values ('reader-2@readers.example', 'complaint')`,
    );
    await forget(ada, 'reader-2@readers.example');
    expect(await tablesWith(pipeline.db, '@readers.example')).toEqual([]);
    const list = 'email\nREADER-1@readers.example\nreader-2@Readers.Example\nnew@readers.example\n';
    expect(await importCsv(list)).toMatchObject({ added: 1, unsubscribed: 1, suppressed: 1 });
    expect(await importCsv(list)).toMatchObject({ added: 0, unchanged: 1, unsubscribed: 1, suppressed: 1 });
    expect(await tablesWith(pipeline.db, 'reader-')).toEqual([]);
  });

  it('does not confirm a new sign-up of somebody who was forgotten', async () => {
    await addReaders(pipeline.db, 1);
    await forget(ada);
    await addPending(ada);
    expect(await importCsv(`email\n${ada}\n`)).toMatchObject({ added: 0, unsubscribed: 1 });
    expect(await findReader(pipeline, ada)).toMatchObject({ status: 'pending' });
  });

  it('recognises odd addresses, also those that an import would not accept today', async () => {
    const odd = ["o'hara+news@readers.example", '=cmd|x@readers.example', 'x@xn--bcher-kva.example'];
    const old = ['Jürgen@readers.example', '"a""b\\"@readers.example'];
    for (const email of [...odd, ...old]) await addConfirmed(email);
    await forget(...odd, ...old);
    expect(await tablesWith(pipeline.db, 'readers.example')).toEqual([]);
    const list = ["O'Hara+News@readers.example", '=CMD|x@readers.example', 'x@BÜCHER.example'];
    expect(await importCsv(`email\n${list.join('\n')}\n`)).toMatchObject({ added: 0, unsubscribed: 3 });
    for (const email of old)
      expect(await findReader(pipeline, email)).toMatchObject({ status: 'unsubscribed' });
  });

  it('cannot recognise anybody by a hash of another secret, and says so, as doctor does', async () => {
    await addReaders(pipeline.db, 2);
    await forget(ada);
    const { db } = pipeline;
    expect(await checkSecret(db, pipeline.keys)).toMatchObject({ state: 'good' });
    expect(await checkSecret(db, otherKeys)).toMatchObject({
      state: 'fault',
      finding: expect.stringContaining('1 can no longer be recognised'),
    });
    expect(await importCsv(`email\n${ada}\n`, otherKeys)).toMatchObject({
      added: 1,
      otherSecret: { inFile: 0, stored: 1 },
    });
  });
});

describe('an export', () => {
  it('has a row without an address for each, by which an empty database recognises them', async () => {
    await addReaders(pipeline.db, 4);
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values ('reader-2@readers.example', 'hard_bounce')`,
    );
    await forget(ada, 'reader-2@readers.example');
    await eraseByHand(pipeline, 'reader-3@readers.example');
    const csv = await exported();
    const { keys } = pipeline;
    const row = (email: string, status: string, left: string, suppressed: string) =>
      `,${status},,,${left},,${suppressed},${apostrophised(keys.hashAddress(email))},${apostrophised(keys.secretId())},,,,,`;
    const left = new Date(tuesday.getTime() - 400 * 86_400_000).toISOString();
    expect(csv.trim().split('\n').slice(2).toSorted()).toEqual(
      [
        row(ada, 'unsubscribed', left, ''),
        row('reader-2@readers.example', 'unsubscribed', left, 'hard_bounce'),
        row('reader-3@readers.example', 'erased', '', ''),
      ].toSorted(),
    );
    expect(await importCsv(csv)).toMatchObject({ rows: 4, hashes: 3, unchanged: 1, invalid: 0 });
    expect(await exported()).toBe(csv);

    await emptied();
    expect(await importCsv(csv)).toMatchObject({ rows: 4, hashes: 3, added: 1 });
    expect((await exported()).split('\n').slice(2)).toEqual(csv.split('\n').slice(2));
    const list = [1, 2, 3, 4].map((n) => `reader-${n}@readers.example`).join('\n');
    expect(await importCsv(`email\n${list}\n`)).toMatchObject({
      added: 0,
      unchanged: 1,
      unsubscribed: 2,
      suppressed: 1,
    });
  });

  it('is of no use with another secret, and the import counts what it left out', async () => {
    await addReaders(pipeline.db, 1);
    await forget(ada);
    const csv = await exported();
    await emptied();
    expect(await importCsv(csv, otherKeys)).toMatchObject({
      rows: 1,
      hashes: 0,
      otherSecret: { inFile: 1, stored: 0 },
    });
    expect(await exported()).toMatch(/^email.*\n$/);
  });

  it('may hold hashes that are none, which are left out by line', async () => {
    const header = 'email,status,unsubscribed_at,suppressed,address_hash,secret_id';
    const hash = pipeline.keys.hashAddress(ada);
    const rows = [
      ',unsubscribed,2025-01-01,,tooshort,',
      `,unsubscribed,no time,nonsense,${hash},`,
      `,unsubscribed,,complaint,${hash},`,
      `bob@readers.example,confirmed,,,${hash},`,
    ];
    expect(await importCsv(`${header}\n${rows.join('\n')}\n`)).toMatchObject({
      hashes: 2,
      added: 1,
      invalidLines: [{ line: 2, fault: 'not a hash' }],
    });
    expect(await importCsv(`email\n${ada}\n`)).toMatchObject({ added: 0, suppressed: 1 });
  });

  const apostrophised = (text: string) => (/^[=+\-@]/.test(text) ? `'${text}` : text);
});

describe('somebody who was forgotten', () => {
  it('is shown by their address as having left, with the reason if suppressed', async () => {
    await addReaders(pipeline.db, 1);
    expect(await findReader(pipeline, ada)).toMatchObject({ status: 'confirmed', forgottenAt: null });
    await pipeline.db.execute(sql`insert into suppressions (email, reason) values (${ada}, 'complaint')`);
    await forget(ada);
    expect(await findReader(pipeline, 'READER-1@readers.example')).toEqual({
      ...(await findReader(pipeline, ada)),
      email: 'READER-1@readers.example',
    });
    expect(await findReader(pipeline, ada)).toMatchObject({
      status: 'unsubscribed',
      unsubscribedAt: new Date(tuesday.getTime() - 400 * 86_400_000).toISOString(),
      forgottenAt: tuesday.toISOString(),
      suppression: { reason: 'complaint', detail: null, since: null },
      consentSource: null,
      issues: [],
    });
    for (const email of ['nobody@readers.example', '', "' or 1=1 --"])
      expect(await findReader(pipeline, email)).toBeNull();
  });

  it('can be erased by hand, and then only the hash stays', async () => {
    await addReaders(pipeline.db, 1);
    await forget(ada);
    expect(await eraseByHand(pipeline, ada)).toEqual({ kind: 'erased' });
    const { rows } = await pipeline.db.execute(
      sql`select left_at, reader_token, address_hash as hash from erased_addresses`,
    );
    expect(rows).toEqual([{ left_at: null, reader_token: null, hash: pipeline.keys.hashAddress(ada) }]);
    expect(await eraseByHand(pipeline, ada)).toEqual({ kind: 'unknown' });
    expect(await findReader(pipeline, ada)).toBeNull();
    expect(await importCsv(`email\n${ada}\n`)).toMatchObject({ added: 0, unsubscribed: 1 });
  });

  it('is suppressed by a complaint that is reported late, whoever else the report is about', async () => {
    await addReaders(pipeline.db, 1);
    await forget(ada);
    const event = (eventId: string, address: string) => ({
      ...{ eventId, type: 'complained', at: tuesday, providerId: null, tagged: null },
      ...{ address, suppresses: 'complaint' as const, detail: null },
    });
    await recordMailEvents(pipeline, [event('e1', ada), event('e2', ada), event('e3', 'x@y.example')]);
    await recordMailEvents(pipeline, [event('e1', ada)]);
    expect(await findReader(pipeline, ada)).toMatchObject({ suppression: { reason: 'complaint' } });
    expect(await tablesWith(pipeline.db, ada)).toEqual([]);
    expect(await importCsv(`email\n${ada}\n`)).toMatchObject({ added: 0, suppressed: 1 });
  });
});

const addConfirmed = (email: string) =>
  pipeline.db.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
    values (${email}, 'confirmed', ${newReaderToken()}, 'test', now())`);

const addPending = (email: string) =>
  pipeline.db.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, consented_at)
    values (${email}, 'pending', ${newReaderToken()}, 'test', now())`);
