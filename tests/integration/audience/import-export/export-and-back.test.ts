import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { eraseByHand } from '../../../../src/audience/data/erase.ts';
import { forgetReaders } from '../../../../src/audience/leave/forget-readers.ts';
import { newReaderToken, suppressionReasons } from '../../../../src/domain/audience/subscriber.ts';
import { exportFile, importFile, mailed, standings } from '../../../support/database/audience-files.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { leftDaysAgo } from '../../../support/pipeline/former-readers.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

let pipeline: TestPipeline;
beforeEach(() => {
  pipeline = shared.empty();
});

const wording = 'Email me the news, once a week; I can leave whenever I like.';

const at = (name: string) => `${name}@people.example`;

/** One person of every kind, by address. */
async function addEveryKind(): Promise<readonly string[]> {
  const { db } = pipeline;
  const suppressed = suppressionReasons.map((reason) => at(reason));
  const people = [
    at('signed-up'),
    at('paused'),
    at('back-soon'),
    at('left'),
    at('forgotten'),
    at('forgotten-complaint'),
    at('erased'),
  ];
  const all = [...people, ...suppressed];
  await db.execute(
    sql`insert into consent_wordings (version, text, first_used_at) values ('0123456789ab', ${wording}, now()) on conflict do nothing`,
  );
  for (const email of all)
    await db.execute(sql`
      insert into subscribers (email, status, reader_token, consent_source, consent_wording, consent_network, consented_at, confirmed_at)
      values (${email}, 'confirmed', ${newReaderToken()}, 'sign-up page', '0123456789ab', 'network', '2025-02-03T04:05:06Z', '2025-02-03T04:15:16Z')`);
  await addReaders(db, 2);
  await db.execute(
    sql`update subscribers set paused_until = '2026-12-20T10:00:00Z' where email = ${at('paused')}`,
  );
  await db.execute(
    sql`update subscribers set paused_until = '2026-11-20T10:00:00Z' where email = ${at('back-soon')}`,
  );
  await leftDaysAgo(pipeline, 3, at('left'));
  for (const reason of [...suppressionReasons, 'complaint'] as const)
    await db.execute(sql`
      insert into suppressions (email, reason, detail, created_at)
      values (${at(reason)}, ${reason}, 'as reported', '2025-06-07T08:09:10Z') on conflict do nothing`);
  await db.execute(sql`
    insert into suppressions (email, reason, created_at) values
      (${at('forgotten-complaint')}, 'complaint', '2025-06-07'), (${at('stranger')}, 'manual', '2025-06-07')`);
  await leftDaysAgo(pipeline, 400, at('forgotten'), at('forgotten-complaint'));
  expect(await forgetReaders(pipeline)).toBe(2);
  await eraseByHand(pipeline, at('erased'));
  return [...all, at('stranger'), 'reader-1@readers.example', 'reader-2@readers.example'];
}

async function stored(): Promise<unknown> {
  const { db } = pipeline;
  const subscribers = await db.execute(sql`
    select s.email, s.status, s.consent_source, w.text as wording, s.consent_network, s.consented_at, s.confirmed_at,
      s.unsubscribed_at, s.paused_until from subscribers s left join consent_wordings w on w.version = s.consent_wording
    order by email`);
  const suppressions = await db.execute(
    sql`select email, reason, detail, created_at from suppressions order by email`,
  );
  const hashes = await db.execute(
    sql`select address_hash, suppression, left_at, secret_id from erased_addresses order by address_hash collate "C"`,
  );
  return [subscribers.rows, suppressions.rows, hashes.rows];
}

it('an export in an empty database is the same audience, and an old list revives nobody', async () => {
  const addresses = await addEveryKind();
  const { db, keys } = pipeline;
  const [before, csv] = [{ mailed: await mailed(db), stored: await stored() }, await exportFile(db)];
  expect(before.mailed).toEqual(
    [at('back-soon'), 'reader-1@readers.example', 'reader-2@readers.example', at('signed-up')].toSorted(),
  );

  await pipeline.database.reset();
  const report = await importFile(db, csv, { keys });
  expect(report).toMatchObject({ added: 5, newlyUnsubscribed: 1, newlySuppressed: 6, hashes: 3, invalid: 0 });
  expect(report.understood.isOwnExport).toBe(true);
  expect({ mailed: await mailed(db), stored: await stored() }).toEqual(before);
  expect((await exportFile(db)).split('\n').toSorted()).toEqual(csv.split('\n').toSorted());

  const oldList = `email\n${addresses.map((address) => address.toUpperCase()).join('\n')}\n`;
  expect(await importFile(db, oldList, { keys })).toMatchObject({ added: 0, ended: 0, invalid: 0 });
  expect({ mailed: await mailed(db), stored: await stored() }).toEqual(before);
});

it('an export changes nothing where it comes from, however often it is imported', async () => {
  await addEveryKind();
  const { db, keys } = pipeline;
  const [before, csv] = [await stored(), await exportFile(db)];
  for (const _ of [1, 2])
    expect(await importFile(db, csv, { keys })).toMatchObject({
      added: 0,
      newlyUnsubscribed: 0,
      newlySuppressed: 0,
      ended: 0,
    });
  expect(await stored()).toEqual(before);
});

it('an export of an earlier release, without the newer columns, is taken over as well', async () => {
  const csv = [
    'email,status,consent_source,confirmed_at,unsubscribed_at,paused_until,suppressed',
    'left@people.example,unsubscribed,import by Ada (a.csv),2026-01-02T03:04:05.678Z,2026-06-07T08:09:10.111Z,,',
    'manual@people.example,confirmed,import by Ada (a.csv),2026-01-02T03:04:05.678Z,,,manual',
    'paused@people.example,confirmed,sign-up page,2026-01-02T03:04:05.678Z,,2026-12-17T14:03:42.802Z,',
  ].join('\n');
  const { db } = pipeline;
  await importFile(db, csv);
  const kept = await stored();
  const oldList = 'email\nleft@people.example\nmanual@people.example\npaused@people.example\n';
  expect(await importFile(db, oldList)).toMatchObject({
    added: 0,
    unchanged: 1,
    unsubscribed: 1,
    suppressed: 1,
  });
  expect(await stored()).toEqual(kept);
  expect(await mailed(db)).toEqual([]);
  expect(await standings(db)).toEqual({
    'left@people.example': 'unsubscribed',
    'manual@people.example': 'confirmed, manual',
    'paused@people.example': 'confirmed',
  });
  expect(await exportFile(db)).toMatch(
    /^paused@people\.example,confirmed,sign-up page,2026-01-02T03:04:05\.678Z,,2026-12-17T14:03:42\.802Z,/m,
  );
});
