import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { findErased } from '../../../../../src/db/queries/audience/erased-addresses.ts';
import {
  eraseAddress,
  isAddressStored,
  skipUnattempted,
  weeksStillPosting,
} from '../../../../../src/db/queries/audience/erasure.ts';
import { setAttempted } from '../../../../support/database/attempted-batches.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { type TestPipeline, tuesday, week } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

describe('an address that no subscriber has', () => {
  const erase = ({ db }: TestPipeline, email: string) =>
    db.transaction((tx) =>
      eraseAddress(tx, { email, ...{ addressHash: 'hash', secretId: 'id' }, subscriberId: null }, tuesday),
    );

  it('is found in a waiting sign-up and erased from it, in any case', async () => {
    const pipeline = shared.empty();
    const { db } = pipeline;
    await db.execute(
      sql`insert into consent_wordings (version, text, first_used_at) values ('v', 'yes', now())`,
    );
    await db.execute(sql`
      insert into sign_ups (email, network, source, wording, created_at, outcome)
      values ('Ada@Readers.example', 'n', 'test', 'v', now(), 'waiting'), ('bob@readers.example', 'n', 'test', 'v', now(), 'waiting')`);
    expect(await isAddressStored(db, 'ADA@readers.example')).toBe(true);
    await erase(pipeline, 'ADA@readers.example');
    expect(await isAddressStored(db, 'ada@readers.example')).toBe(false);
    const { rows } = await db.execute(sql`select email from sign_ups`);
    expect(rows).toEqual([{ email: 'bob@readers.example' }]);
  });

  it('is found among the suppressions and erased from them, in any case; only the reason stays', async () => {
    const pipeline = shared.empty();
    const { db } = pipeline;
    await db.execute(
      sql`insert into suppressions (email, reason) values ('ada@readers.example', 'complaint')`,
    );
    expect(await isAddressStored(db, 'ADA@readers.example')).toBe(true);
    await erase(pipeline, 'ADA@readers.example');
    expect(await isAddressStored(db, 'ada@readers.example')).toBe(false);
    expect(await findErased(db, 'hash')).toMatchObject({ leftAt: null, suppression: 'complaint' });
  });

  it('keeps the reason when it is erased again', async () => {
    const pipeline = shared.empty();
    const { db } = pipeline;
    await db.execute(
      sql`insert into suppressions (email, reason) values ('ada@readers.example', 'complaint')`,
    );
    await erase(pipeline, 'ada@readers.example');
    await erase(pipeline, 'ada@readers.example');
    expect(await findErased(db, 'hash')).toMatchObject({ leftAt: null, suppression: 'complaint' });
  });
});

describe('a batch with a reader who is being erased', () => {
  it.each([
    ['pending', [week]],
    ['submitting', [week]],
    ['held', [week]],
    ['unknown', [week]],
    ['submitted', []],
    ['cancelled', []],
    ['split', []],
  ])('keeps the address while it may be posted again: attempted and %s', async (status, weeks) => {
    const { db } = await shared.frozen(2);
    await setAttempted(db, status);
    await db.transaction(async (tx) => {
      await skipUnattempted(tx, 1);
      expect(await weeksStillPosting(tx, 1)).toEqual(weeks);
    });
    const { rows } = await db.execute(sql`select from deliveries where skipped_reason is not null`);
    expect(rows).toHaveLength(0);
  });

  it.each(['pending', 'held'])('skips them if it was never attempted and is %s', async (status) => {
    const { db } = await shared.frozen(2);
    await db.execute(sql`update batches set status = ${status}`);
    await db.transaction(async (tx) => {
      await skipUnattempted(tx, 1);
      await skipUnattempted(tx, 1);
      expect(await weeksStillPosting(tx, 1)).toEqual([]);
    });
    expect((await db.execute(sql`select skipped from batches`)).rows).toEqual([{ skipped: 1 }]);
  });
});
