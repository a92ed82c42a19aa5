import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { findReader } from '../../../src/audience/data/find-reader.ts';
import { importSubscribers } from '../../../src/audience/import-export/import-subscribers.ts';
import { forgetReaders } from '../../../src/audience/leave/forget-readers.ts';
import { connect } from '../../../src/db/client.ts';
import { migrateDatabase } from '../../../src/db/migrate.ts';
import { checkSecret } from '../../../src/doctor/secret.ts';
import { keysFrom } from '../../../src/domain/audience/keys.ts';
import { fixedClock } from '../../../src/domain/clock.ts';
import { databaseOfEarlierRelease, dropDatabase } from '../../support/database/earlier-release.ts';
import { settings } from '../../support/pipeline/settings.ts';
import { must, tuesday } from '../../support/pipeline/test-pipeline.ts';

/** The release before people were forgotten. */
const formerMigrations = 8;

it('people erased by an earlier release are recognised, and those who left long before are forgotten', async () => {
  const url = await databaseOfEarlierRelease(formerMigrations);
  const { db, pool, close } = connect(url, { onError: () => {} });
  onTestFinished(() => close().then(() => dropDatabase(url)));
  const keys = keysFrom('a secret for tests, and for tests alone');
  await pool.query(
    `insert into erased_addresses (address_hash, suppression, erased_at) values ($1, null, now()), ($2, 'complaint', now())`,
    [keys.hashAddress('erased@readers.example'), keys.hashAddress('complained@readers.example')],
  );
  await pool.query(`
    insert into subscribers (email, status, reader_token, consent_source, confirmed_at, unsubscribed_at) values
      ('left@readers.example', 'unsubscribed', '${'l'.repeat(22)}', 'test', '2024-01-01', '2025-02-03T04:05Z'),
      ('leaves@readers.example', 'unsubscribed', '${'m'.repeat(22)}', 'test', '2024-01-01', '2026-11-01'),
      ('stays@readers.example', 'confirmed', '${'s'.repeat(22)}', 'test', '2024-01-01', null)`);

  await migrateDatabase(url);
  const ctx = { db, keys, settings, clock: fixedClock(tuesday), observe: () => {} };
  expect(await forgetReaders(ctx)).toBe(1);
  expect(await findReader(ctx, 'left@readers.example')).toMatchObject({
    status: 'unsubscribed',
    unsubscribedAt: '2025-02-03T04:05:00.000Z',
  });
  const names = ['erased', 'complained', 'left', 'leaves', 'stays', 'new'];
  const csv = Readable.from([`email\n${names.map((name) => `${name}@readers.example\n`).join('')}`]);
  expect(
    must(await importSubscribers(db, csv, { consentSource: 'a list', at: tuesday, keys })),
  ).toMatchObject({
    ...{ added: 1, unchanged: 1, unsubscribed: 3, suppressed: 1 },
    otherSecret: { stored: 0 },
  });
  expect(await checkSecret(db, keys)).toMatchObject({ state: 'good' });
});
